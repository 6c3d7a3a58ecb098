// Reading IDX files. Sizes are computed in 64 bits and checked before they are used.

#include "idx.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAGIC_SIZE = 4, EXTENT_SIZE = 4, TYPE_UNSIGNED_BYTE = 8, FIRST_READ = 1 << 16 };

static size_t header_size(uint32_t dimensions) {
  return MAGIC_SIZE + (size_t)dimensions * EXTENT_SIZE;
}

// Writes "NAME: byte OFFSET: ..." and returns `status`.
__attribute__((format(printf, 5, 6))) static IdxStatus told(IdxError* error, IdxStatus status,
                                                            const char* name, uint64_t offset,
                                                            const char* format, ...) {
  error->offset = offset;
  const int used =
      snprintf(error->message, sizeof error->message, "%.300s: byte %" PRIu64 ": ", name, offset);
  va_list arguments;
  va_start(arguments, format);
  if (used > 0 && (size_t)used < sizeof error->message) {
    vsnprintf(error->message + used, sizeof error->message - (size_t)used, format, arguments);
  }
  va_end(arguments);
  return status;
}

static uint32_t big_endian(const uint8_t* bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

// Reads what stands before the items; `size` may be that of the header alone. Leaves items NULL.
static IdxStatus parse_header(const uint8_t* bytes, size_t size, uint32_t dimensions,
                              const char* name, IdxArray* array, IdxError* error) {
  if (size == 0) return told(error, IDX_INVALID, name, 0, "the file is empty");
  if (size >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b) {
    return told(error, IDX_INVALID, name, 0, "this is gzip, not IDX: decompress it with gunzip");
  }
  const uint8_t magic[MAGIC_SIZE] = {0, 0, TYPE_UNSIGNED_BYTE, (uint8_t)dimensions};
  for (size_t k = 0; k < MAGIC_SIZE && k < size; k++) {
    if (bytes[k] == magic[k]) continue;
    return told(error, IDX_INVALID, name, k,
                "the magic number has 0x%02x where 0x%02x was expected: not IDX of %" PRIu32
                " dimension%s of unsigned bytes",
                bytes[k], magic[k], dimensions, dimensions == 1 ? "" : "s");
  }
  if (size < header_size(dimensions)) {
    return told(error, IDX_INVALID, name, size, "the file ends within its header of %zu bytes",
                header_size(dimensions));
  }
  uint64_t item_count = 1;
  for (uint32_t k = 0; k < dimensions; k++) {
    const uint32_t extent = big_endian(bytes + header_size(k));
    if (extent != 0 && item_count > (SIZE_MAX - header_size(dimensions)) / extent) {
      return told(error, IDX_INVALID, name, header_size(k),
                  "the extent %" PRIu32 " makes more items than there can be", extent);
    }
    array->extents[k] = extent;
    item_count *= extent;
  }
  array->dimensions = dimensions;
  array->item_count = (size_t)item_count;
  return IDX_OK;
}

// Sets the items, once it is known how many bytes there are.
static IdxStatus place_items(const uint8_t* bytes, size_t size, const char* name, IdxArray* array,
                             IdxError* error) {
  const size_t header = header_size(array->dimensions);
  const size_t found = size - header;
  if (found < array->item_count) {
    return told(error, IDX_INVALID, name, size,
                "the file ends after %zu of the %zu items that its header announces", found,
                array->item_count);
  }
  if (found > array->item_count) {
    return told(error, IDX_INVALID, name, header + array->item_count,
                "there is more than the %zu items that the header announces", array->item_count);
  }
  array->items = bytes + header;
  return IDX_OK;
}

static void start(IdxArray* array, IdxError* error) {
  *array = (IdxArray){0};
  *error = (IdxError){0};
}

IdxStatus idx_parse(const uint8_t* bytes, size_t size, uint32_t dimensions, const char* name,
                    IdxArray* array, IdxError* error) {
  start(array, error);
  IdxStatus status = parse_header(bytes, size, dimensions, name, array, error);
  if (status == IDX_OK) status = place_items(bytes, size, name, array, error);
  if (status != IDX_OK) *array = (IdxArray){0};
  return status;
}

// Reads until there are `wanted` bytes or the file ends. The buffer doubles as bytes arrive, so
// that a header that lies costs nothing. Returns 0, or -1 when memory is short or reading fails.
static int read_up_to(FILE* file, size_t wanted, uint8_t** bytes, size_t* size) {
  size_t capacity = *size;
  while (*size < wanted && !feof(file)) {
    if (*size == capacity) {
      capacity = capacity > wanted / 2 ? wanted : 2 * capacity;
      if (capacity < FIRST_READ) capacity = wanted < FIRST_READ ? wanted : FIRST_READ;
      uint8_t* larger = realloc(*bytes, capacity);
      if (larger == NULL) return -1;
      *bytes = larger;
    }
    *size += fread(*bytes + *size, 1, capacity - *size, file);
    if (ferror(file)) return -1;
  }
  return 0;
}

// The steps of idx_load between opening and closing. `*bytes` is the caller's to free either way.
static IdxStatus load_open(FILE* file, const char* path, uint32_t dimensions, IdxArray* array,
                           uint8_t** bytes, IdxError* error) {
  size_t size = 0;
  if (read_up_to(file, header_size(dimensions), bytes, &size) != 0) {
    return told(error, IDX_FAILED, path, size, "cannot be read: %s", strerror(errno));
  }
  IdxStatus status = parse_header(*bytes, size, dimensions, path, array, error);
  if (status != IDX_OK) return status;
  // One byte more than there should be, to see whether there is one. It fits: an item count leaves
  // room for the header, and no file is as long as the address space.
  const size_t wanted = header_size(dimensions) + array->item_count;
  if (read_up_to(file, wanted == SIZE_MAX ? wanted : wanted + 1, bytes, &size) != 0) {
    return told(error, IDX_FAILED, path, size, "cannot be read: %s", strerror(errno));
  }
  return place_items(*bytes, size, path, array, error);
}

IdxStatus idx_load(const char* path, uint32_t dimensions, IdxArray* array, IdxError* error) {
  start(array, error);
  FILE* file = fopen(path, "rb");
  if (file == NULL) {
    const IdxStatus status = errno == ENOENT ? IDX_ABSENT : IDX_FAILED;
    return told(error, status, path, 0, "cannot be opened: %s", strerror(errno));
  }
  uint8_t* bytes = NULL;
  const IdxStatus status = load_open(file, path, dimensions, array, &bytes, error);
  fclose(file);
  if (status == IDX_OK) {
    array->owned = bytes;
  } else {
    free(bytes);
    *array = (IdxArray){0};
  }
  return status;
}

IdxStatus idx_match(const IdxArray* images, const char* image_name, const IdxArray* labels,
                    const char* label_name, IdxError* error) {
  *error = (IdxError){0};
  for (uint32_t k = 0; k < images->dimensions; k++) {
    if (images->extents[k] != 0) continue;
    return told(error, IDX_INVALID, image_name, header_size(k), "%s",
                k == 0 ? "there is no image" : "the images have no pixel");
  }
  if (labels->item_count != images->extents[0]) {
    return told(error, IDX_INVALID, label_name, MAGIC_SIZE,
                "%zu labels for the %" PRIu32 " images of %.100s", labels->item_count,
                images->extents[0], image_name);
  }
  for (size_t k = 0; k < labels->item_count; k++) {
    if (labels->items[k] < IDX_CLASSES) continue;
    return told(error, IDX_INVALID, label_name, header_size(1) + k,
                "label %zu is %d; the largest is %d", k, labels->items[k], IDX_CLASSES - 1);
  }
  return IDX_OK;
}

IdxStatus idx_load_digits(const char* image_path, const char* label_path, IdxDigits* digits,
                          IdxError* error) {
  *digits = (IdxDigits){0};
  IdxStatus status = idx_load(image_path, 3, &digits->image_file, error);
  if (status == IDX_OK) status = idx_load(label_path, 1, &digits->label_file, error);
  if (status == IDX_OK) {
    status = idx_match(&digits->image_file, image_path, &digits->label_file, label_path, error);
  }
  if (status != IDX_OK) {
    idx_digits_free(digits);
    return status;
  }
  digits->count = digits->image_file.extents[0];
  digits->pixels = (size_t)digits->image_file.extents[1] * digits->image_file.extents[2];
  digits->images = digits->image_file.items;
  digits->labels = digits->label_file.items;
  return IDX_OK;
}

void idx_free(IdxArray* array) {
  if (array == NULL) return;
  free(array->owned);
  *array = (IdxArray){0};
}

void idx_digits_free(IdxDigits* digits) {
  if (digits == NULL) return;
  idx_free(&digits->image_file);
  idx_free(&digits->label_file);
  *digits = (IdxDigits){0};
}
