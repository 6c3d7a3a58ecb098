// Teaches a 2 -> 8 -> 1 network the function x1^2 + x2^2 / 2 on a grid of points, and runs it on a
// few others.
//
// The smallest complete training program: make a model, build a graph, backpropagate, update the
// parameters, predict. The target is never negative, because every neuron has a relu, the last one
// included. Memory may run out anywhere: an op given NULL returns NULL and value_release(NULL) does
// nothing, so one check at the end of each chain of ops is enough.
#include <microcrad/microcrad.h>
#include <stdio.h>

enum { GRID = 7, POINTS = GRID * GRID, EPOCHS = 300, REPORT_EVERY = 30 };

static const double LEARNING_RATE = 0.1;

// The run fails unless the loss falls by this factor: a sign error anywhere would not let it.
static const double FALL_MIN = 20.0;

static double target(double x1, double x2) { return x1 * x1 + x2 * x2 / 2.0; }

// The i-th coordinate of the grid, from -1 to 1.
static double coordinate(int i) { return 2.0 * i / (GRID - 1) - 1.0; }

// Runs the model on one point. Returns a new reference to its only output, or NULL.
static Value* predict(MLP* model, double x1, double x2) {
  Value* inputs[2] = {value_create_leaf(x1), value_create_leaf(x2)};
  Value* prediction = NULL;
  Value** outputs = mlp_forward(model, inputs);
  if (outputs != NULL) {
    prediction = outputs[0];  // its reference is now ours
    value_array_free(outputs);
  }
  value_release(inputs[0]);
  value_release(inputs[1]);
  return prediction;
}

// Returns a new reference to (prediction - wanted)^2, or NULL. Subtraction is adding the negative.
static Value* squared_error(Value* prediction, double wanted) {
  Value* negative = value_create_leaf(-wanted);
  Value* difference = value_add(prediction, negative);
  Value* square = value_pow(difference, 2.0);
  value_release(difference);
  value_release(negative);
  return square;
}

// Returns a new reference to the mean squared error over the grid, or NULL.
static Value* mean_squared_error(MLP* model) {
  Value* sum = value_create_leaf(0.0);
  for (int i = 0; i < POINTS && sum != NULL; i++) {
    const double x1 = coordinate(i / GRID);
    const double x2 = coordinate(i % GRID);
    Value* prediction = predict(model, x1, x2);
    Value* square = squared_error(prediction, target(x1, x2));
    Value* longer_sum = value_add(sum, square);
    value_release(square);
    value_release(prediction);
    value_release(sum);
    sum = longer_sum;
  }
  // Division is multiplication by a reciprocal.
  Value* scale = value_create_leaf(1.0 / (double)POINTS);
  Value* mean = value_mul(sum, scale);
  value_release(scale);
  value_release(sum);
  return mean;
}

// One step of gradient descent. Stores the loss before it; returns 0, or -1 when memory is short.
static int train_once(MLP* model, Vector* parameters, double* loss_data) {
  Value* loss = mean_squared_error(model);
  if (loss == NULL) return -1;
  for (size_t i = 0; i < parameters->size; i++) vector_get(parameters, i)->grad = 0.0;
  const int status = value_backward(loss);
  if (status == 0) {
    for (size_t i = 0; i < parameters->size; i++) {
      Value* p = vector_get(parameters, i);
      p->data -= LEARNING_RATE * p->grad;
    }
    *loss_data = loss->data;
  }
  value_release(loss);
  return status;
}

// Prints the loss as it falls. Returns 0 when it fell far enough, 1 when it did not, -1 when memory
// is short.
static int train(MLP* model, Vector* parameters) {
  double first = 0.0;
  double loss = 0.0;
  for (int epoch = 0; epoch <= EPOCHS; epoch++) {
    if (train_once(model, parameters, &loss) != 0) return -1;
    if (epoch == 0) first = loss;
    if (epoch % REPORT_EVERY == 0) printf("epoch %3d   loss %.6f\n", epoch, loss);
  }
  printf("the loss fell by a factor of %.1f; at least %.0f is expected\n", first / loss, FALL_MIN);
  return loss * FALL_MIN <= first ? 0 : 1;
}

// Runs inference on points that are not in the grid. Returns 0, or -1 when memory is short.
static int show_predictions(MLP* model) {
  static const double points[][2] = {{0.5, 0.5}, {-0.8, 0.1}, {0.1, -0.9}};
  for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
    const double x1 = points[i][0];
    const double x2 = points[i][1];
    Value* prediction = predict(model, x1, x2);
    if (prediction == NULL) return -1;
    printf("f(%4.1f, %4.1f) = %.3f, predicted %.3f\n", x1, x2, target(x1, x2), prediction->data);
    value_release(prediction);
  }
  return 0;
}

int main(void) {
  microcrad_seed(1);
  uint32_t nouts[] = {8, 1};
  MLP* model = mlp_create(2, nouts, 2);
  Vector* parameters = mlp_parameters(model);
  int status = -1;
  if (parameters != NULL) {
    status = train(model, parameters);
    if (status >= 0 && show_predictions(model) != 0) status = -1;
  }
  if (status < 0) fprintf(stderr, "out of memory\n");
  vector_free(parameters);
  mlp_free(model);
  microcrad_thread_release();
  return status == 0 ? 0 : 1;
}
