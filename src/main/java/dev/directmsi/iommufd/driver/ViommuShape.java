package dev.directmsi.iommufd.driver;

/**
 * What a driver makes of a vIOMMU besides its id.
 *
 * @param windowLength bytes that the process can map, whole pages; 0 for none
 * @param word what these begin with
 */
public record ViommuShape(long windowLength, int word) {

    static final ViommuShape PLAIN = new ViommuShape(0, 0);
}
