package dev.directmsi.api.device;

/// Where an access ended.
enum AccessOutcome {
    /// The interrupt arrived: the right ITS, a mapped event.
    DELIVERED,
    /// It reached the doorbell of another ITS.
    WRONG_ITS,
    /// It reached the doorbell, and the ITS knows no such event of the device.
    ITS_DROPPED,
    /// An interrupt message went where nobody takes it; no fault anywhere.
    LOST_SILENT,
    /// The SMMU terminated it and recorded an event.
    FAULT,
    /// Its page was asked for: it is to be tried again after the answer.
    PENDING,
    /// The SMMU terminated it without a record.
    ABORT_SILENT,
    /// It was translated to an address where nothing answers.
    BUS_ERROR,
    /// The vector is masked: the device does not write.
    MASKED,
    /// The device wrote nothing.
    NOT_ISSUED,
    /// It reached memory.
    MEMORY
}
