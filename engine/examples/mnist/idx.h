// IDX: the file format of the MNIST digits, read with suspicion.
//
// A file is two zero bytes, a byte for the type of the items (8: unsigned bytes, the only one read
// here), a byte for the number of dimensions, then each extent as a big-endian 32-bit number, then
// the items, the last dimension fastest. Nothing in a file is believed before it is checked: what
// is wrong is told with the file's name and the offset of the byte where it shows.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { IDX_DIMENSIONS_MAX = 3, IDX_CLASSES = 10, IDX_MESSAGE_SIZE = 512 };

// What came of reading a file.
typedef enum IdxStatus {
  IDX_OK = 0,
  IDX_ABSENT = 1,   // there is no such file
  IDX_INVALID = 2,  // it is there, but is not what it should be
  IDX_FAILED = 3    // it cannot be read, or memory is short
} IdxStatus;

// Why, for people: "FILE: byte OFFSET: what is wrong there". Empty when nothing is.
typedef struct IdxError {
  uint64_t offset;
  char message[IDX_MESSAGE_SIZE];
} IdxError;

// An array of bytes. `extents` are counted as in the file: how many items, then rows and columns.
typedef struct IdxArray {
  uint32_t dimensions;
  uint32_t extents[IDX_DIMENSIONS_MAX];
  const uint8_t* items;  // the product of the extents, within the bytes that were read
  size_t item_count;
  uint8_t* owned;  // the file's bytes if idx_load read them, else NULL
} IdxArray;

// Digits and what they are: `count` images of `pixels` bytes each, 0 to 255, and as many labels, 0
// to IDX_CLASSES - 1.
typedef struct IdxDigits {
  size_t count;
  size_t pixels;
  const uint8_t* images;  // count * pixels
  const uint8_t* labels;  // count
  IdxArray image_file;    // who owns them
  IdxArray label_file;
} IdxDigits;

// Reads a whole file's bytes, which stay the caller's and must outlive the array. `dimensions` is
// how many the file must have, 1 to IDX_DIMENSIONS_MAX; `name` is for the message. Allocates
// nothing. On failure the array is empty.
IdxStatus idx_parse(const uint8_t* bytes, size_t size, uint32_t dimensions, const char* name,
                    IdxArray* array, IdxError* error);

// Reads a file. Takes no more memory than about twice what the file really holds, whatever it says
// of itself. Free the array with idx_free; on failure it is empty.
IdxStatus idx_load(const char* path, uint32_t dimensions, IdxArray* array, IdxError* error);

// Checks that the arrays belong together: as many labels as images, at least one, of at least one
// pixel, each label below IDX_CLASSES. Does not take the arrays over.
IdxStatus idx_match(const IdxArray* images, const char* image_name, const IdxArray* labels,
                    const char* label_name, IdxError* error);

// Reads a pair of files and checks that they belong together. Free with idx_digits_free; on failure
// there is nothing to free.
IdxStatus idx_load_digits(const char* image_path, const char* label_path, IdxDigits* digits,
                          IdxError* error);

// Free what was loaded and leave it empty. An empty one may be freed again; NULL is fine.
void idx_free(IdxArray* array);
void idx_digits_free(IdxDigits* digits);

#ifdef __cplusplus
}
#endif
