// Teaches a 784 -> 16 -> 10 network to read handwritten digits, and says how many it reads right.
//
// usage: train_on_mnist [FOLDER [SAMPLES [EPOCHS]]]      FOLDER holds the four files of MNIST
//
// A demonstration of wiring the engine to real data, not a recipe: every weight is a node, and each
// batch is a graph that is built, swept and released. The loss is the negative log likelihood of
// the right digit under a softmax of the outputs, made of value_exp and value_log. Exit codes: 0
// when the loss fell far enough, 77 when the files are absent, 1 for anything else.
#include <microcrad/microcrad.h>
#include <stdio.h>
#include <stdlib.h>

#include "idx.h"

enum { HIDDEN = 16, BATCH = 20, SAMPLES = 2000, EPOCHS = 5, PATH_SIZE = 1024, EXIT_ABSENT = 77 };

static const double LEARNING_RATE = 0.2;

// The run fails unless the mean loss of an epoch falls by this factor: a sign error anywhere would
// not let it.
static const double FALL_MIN = 2.0;

typedef struct Trainer {
  MLP* model;
  Vector* parameters;
  const IdxDigits* digits;
  Value** inputs;  // of one digit: digits->pixels of them
} Trainer;

static void release_all(Value** values, size_t count) {
  for (size_t i = 0; i < count; i++) value_release(values[i]);
}

// Runs the model on a digit. Returns IDX_CLASSES new references in an array, or NULL.
static Value** run_model(const Trainer* trainer, size_t digit) {
  const size_t pixels = trainer->digits->pixels;
  const uint8_t* image = trainer->digits->images + digit * pixels;
  for (size_t i = 0; i < pixels; i++) trainer->inputs[i] = value_create_leaf(image[i] / 255.0);
  Value** outputs = mlp_forward(trainer->model, trainer->inputs);
  release_all(trainer->inputs, pixels);
  return outputs;
}

// Which output is the largest: what the model takes the digit for.
static int largest(Value** outputs) {
  int best = 0;
  for (int k = 1; k < IDX_CLASSES; k++) {
    if (outputs[k]->data > outputs[best]->data) best = k;
  }
  return best;
}

// Returns a new reference to log(sum of exp(y[k])) - y[label], or NULL. The largest output is taken
// from each as a constant, which changes nothing but keeps exp from overflowing. An op given NULL
// returns NULL, so one check at the end is enough.
static Value* negative_log_likelihood(Value** outputs, int label) {
  Value* minus_largest = value_create_leaf(-outputs[largest(outputs)]->data);
  Value* minus_one = value_create_leaf(-1.0);
  Value* sum = value_create_leaf(0.0);
  Value* chosen = NULL;
  for (int k = 0; k < IDX_CLASSES; k++) {
    Value* shifted = value_add(outputs[k], minus_largest);
    Value* likelihood = value_exp(shifted);
    Value* longer_sum = value_add(sum, likelihood);
    if (k == label) {
      chosen = shifted;  // its reference is now ours
    } else {
      value_release(shifted);
    }
    value_release(likelihood);
    value_release(sum);
    sum = longer_sum;
  }
  Value* log_sum = value_log(sum);
  Value* minus_chosen = value_mul(chosen, minus_one);
  Value* loss = value_add(log_sum, minus_chosen);
  value_release(minus_chosen);
  value_release(log_sum);
  value_release(chosen);
  value_release(sum);
  value_release(minus_one);
  value_release(minus_largest);
  return loss;
}

// Returns a new reference to the mean loss of `count` digits from `first` on, or NULL.
static Value* mean_loss(const Trainer* trainer, size_t first, size_t count) {
  Value* sum = value_create_leaf(0.0);
  for (size_t i = first; i < first + count && sum != NULL; i++) {
    Value** outputs = run_model(trainer, i);
    Value* loss =
        outputs != NULL ? negative_log_likelihood(outputs, trainer->digits->labels[i]) : NULL;
    Value* longer_sum = value_add(sum, loss);
    value_release(loss);
    if (outputs != NULL) release_all(outputs, IDX_CLASSES);
    value_array_free(outputs);
    value_release(sum);
    sum = longer_sum;
  }
  Value* scale = value_create_leaf(1.0 / (double)count);
  Value* mean = value_mul(sum, scale);
  value_release(scale);
  value_release(sum);
  return mean;
}

// One step of gradient descent. Adds the digits' loss to *total; returns 0, or -1 when memory is
// short.
static int train_batch(const Trainer* trainer, size_t first, size_t count, double* total) {
  Value* loss = mean_loss(trainer, first, count);
  if (loss == NULL) return -1;
  const Vector* parameters = trainer->parameters;
  for (size_t i = 0; i < parameters->size; i++) vector_get(parameters, i)->grad = 0.0;
  const int status = value_backward(loss);
  for (size_t i = 0; status == 0 && i < parameters->size; i++) {
    Value* p = vector_get(parameters, i);
    p->data -= LEARNING_RATE * p->grad;
  }
  *total += loss->data * (double)count;
  value_release(loss);
  return status;
}

// Prints the loss as it falls. Returns 0 when it fell far enough, 1 when it did not, -1 when memory
// is short.
static int train(const Trainer* trainer, size_t samples, int epochs) {
  double first = 0.0;
  double loss = 0.0;
  for (int epoch = 0; epoch < epochs; epoch++) {
    double total = 0.0;
    for (size_t i = 0; i < samples; i += BATCH) {
      const size_t count = samples - i < BATCH ? samples - i : BATCH;
      if (train_batch(trainer, i, count, &total) != 0) return -1;
    }
    loss = total / (double)samples;
    if (epoch == 0) first = loss;
    printf("epoch %2d   loss %.6f\n", epoch, loss);
  }
  printf("the loss fell by a factor of %.1f; at least %.0f is expected\n", first / loss, FALL_MIN);
  return loss * FALL_MIN <= first ? 0 : 1;
}

// Prints how many digits the model reads right. Returns 0, or -1 when memory is short.
static int show_accuracy(const Trainer* trainer, size_t samples) {
  size_t right = 0;
  for (size_t i = 0; i < samples; i++) {
    Value** outputs = run_model(trainer, i);
    if (outputs == NULL) return -1;
    right += largest(outputs) == trainer->digits->labels[i];
    release_all(outputs, IDX_CLASSES);
    value_array_free(outputs);
  }
  printf("%zu of %zu digits that it was not taught are read right\n", right, samples);
  return 0;
}

// Trains on one set and tries the other. Returns as train does.
static int train_and_try(const IdxDigits* taught, const IdxDigits* tried, size_t samples,
                         int epochs) {
  uint32_t nouts[] = {HIDDEN, IDX_CLASSES};
  Trainer trainer = {mlp_create_linear((uint32_t)taught->pixels, nouts, 2), NULL, taught,
                     calloc(taught->pixels, sizeof(Value*))};
  trainer.parameters = mlp_parameters(trainer.model);
  int status = -1;
  if (trainer.parameters != NULL && trainer.inputs != NULL) {
    printf("%zu parameters, %zu digits\n", trainer.parameters->size, samples);
    status = train(&trainer, samples, epochs);
    trainer.digits = tried;
    const size_t trials = tried->count < samples ? tried->count : samples;
    if (status >= 0 && show_accuracy(&trainer, trials) != 0) status = -1;
  }
  if (status < 0) fprintf(stderr, "out of memory\n");
  vector_free(trainer.parameters);
  mlp_free(trainer.model);
  free(trainer.inputs);
  return status;
}

// Loads FOLDER/PREFIX-images-idx3-ubyte and its labels; says on stderr what is wrong.
static IdxStatus load(const char* folder, const char* prefix, IdxDigits* digits) {
  char images[PATH_SIZE];
  char labels[PATH_SIZE];
  snprintf(images, sizeof images, "%s/%s-images-idx3-ubyte", folder, prefix);
  snprintf(labels, sizeof labels, "%s/%s-labels-idx1-ubyte", folder, prefix);
  IdxError error;
  const IdxStatus status = idx_load_digits(images, labels, digits, &error);
  if (status != IDX_OK) fprintf(stderr, "train_on_mnist: %s\n", error.message);
  if (status == IDX_ABSENT) {
    fprintf(stderr, "train_on_mnist: get the digits with: download_data.sh %s\n", folder);
  }
  return status;
}

int main(int argc, char** argv) {
  const char* folder = argc > 1 ? argv[1] : ".";
  const long samples = argc > 2 ? strtol(argv[2], NULL, 10) : SAMPLES;
  const long epochs = argc > 3 ? strtol(argv[3], NULL, 10) : EPOCHS;
  if (argc > 4 || samples < 1 || epochs < 1 || epochs > 1000) {
    fprintf(stderr, "usage: train_on_mnist [FOLDER [SAMPLES [EPOCHS]]]\n");
    return 1;
  }
  IdxDigits taught;
  IdxDigits tried = {0};
  IdxStatus loaded = load(folder, "train", &taught);
  if (loaded == IDX_OK) loaded = load(folder, "t10k", &tried);
  int status = -1;
  if (loaded == IDX_OK && tried.pixels != taught.pixels) {
    fprintf(stderr, "train_on_mnist: the images of the two sets differ in size\n");
  } else if (loaded == IDX_OK) {
    microcrad_seed(1);
    const size_t wanted = (size_t)samples;
    status =
        train_and_try(&taught, &tried, wanted < taught.count ? wanted : taught.count, (int)epochs);
  }
  idx_digits_free(&tried);
  idx_digits_free(&taught);
  microcrad_thread_release();
  if (loaded == IDX_ABSENT) return EXIT_ABSENT;
  return status == 0 ? 0 : 1;
}
