// Writes four small files in the format of MNIST that hold no handwriting: each digit is a bar at
// its own height, under noise. For trying train_on_mnist where the real digits are absent.
//
// usage: write_digits FOLDER                             the folder exists
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { SIDE = 10, CLASSES = 10, TAUGHT = 200, TRIED = 50, NOISE = 64, PATH_SIZE = 1024 };

static void put_number(uint32_t number, FILE* file) {
  for (int shift = 24; shift >= 0; shift -= 8) putc((int)(number >> shift & 0xff), file);
}

// Knuth's MMIX generator: the same digits on every machine.
static uint32_t next_random(void) {
  static uint64_t state = 1;
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(state >> 33);
}

static void put_image(uint32_t label, FILE* file) {
  for (uint32_t row = 0; row < SIDE; row++) {
    for (uint32_t column = 0; column < SIDE; column++) {
      const uint32_t noise = next_random() % NOISE;
      putc((int)(row == label ? 255 - noise : noise), file);
    }
  }
}

static FILE* create(const char* folder, const char* prefix, const char* rest) {
  char path[PATH_SIZE];
  snprintf(path, sizeof path, "%s/%s-%s", folder, prefix, rest);
  FILE* file = fopen(path, "wb");
  if (file == NULL) perror(path);
  return file;
}

// Returns 0, or -1 when a file cannot be written.
static int write_set(const char* folder, const char* prefix, uint32_t count) {
  FILE* images = create(folder, prefix, "images-idx3-ubyte");
  FILE* labels = create(folder, prefix, "labels-idx1-ubyte");
  int status = images != NULL && labels != NULL ? 0 : -1;
  if (status == 0) {
    put_number(0x0803, images);
    put_number(count, images);
    put_number(SIDE, images);
    put_number(SIDE, images);
    put_number(0x0801, labels);
    put_number(count, labels);
    for (uint32_t i = 0; i < count; i++) {
      put_image(i % CLASSES, images);
      putc((int)(i % CLASSES), labels);
    }
  }
  if (images != NULL && fclose(images) != 0) status = -1;
  if (labels != NULL && fclose(labels) != 0) status = -1;
  return status;
}

int main(int argc, char** argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: write_digits FOLDER\n");
    return 1;
  }
  if (write_set(argv[1], "train", TAUGHT) != 0 || write_set(argv[1], "t10k", TRIED) != 0) return 1;
  return 0;
}
