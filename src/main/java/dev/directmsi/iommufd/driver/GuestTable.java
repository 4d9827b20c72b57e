package dev.directmsi.iommufd.driver;

/**
 * What a guest gave for its own page table: two qwords of a stream table entry, or four words of
 * the mock's cache.
 */
public record GuestTable(long word0, long word1) {}
