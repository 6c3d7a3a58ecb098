// The parameters that a new neuron draws.
#include <gtest/gtest.h>
#include <microcrad/microcrad.h>

#include <cmath>
#include <cstdint>

#include "checks/components/bits.h"

namespace {

TEST(Neuron, draws_small_parameters_that_it_holds) {
  for (const std::uint32_t nin : {0U, 1U, 2U, 100U}) {
    Neuron* const n = neuron_create(nin);
    EXPECT_EQ(n->nin, nin);
    const double bound = nin == 0 ? 1.0 : 1.0 / std::sqrt(nin);
    for (std::uint32_t i = 0; i < nin; ++i) {
      EXPECT_LE(std::abs(n->w[i]->data), bound);
      EXPECT_EQ(n->w[i]->ref_count, 1U);
      EXPECT_EQ(n->w[i]->n_prevs, 0U);
    }
    EXPECT_LE(std::abs(n->b->data), bound);
    EXPECT_EQ(microcrad_live_values(), nin + 1U);
    neuron_free(n);
    EXPECT_EQ(microcrad_live_values(), 0U);
  }
}

TEST(Neuron, repeats_itself_from_the_same_seed) {
  microcrad_seed(7);
  Neuron* const first = neuron_create(3);
  Neuron* const second = neuron_create(3);
  microcrad_seed(7);
  Neuron* const again = neuron_create(3);
  EXPECT_TRUE(same_bits(first->w[0]->data, again->w[0]->data));
  EXPECT_TRUE(same_bits(first->b->data, again->b->data));
  EXPECT_NE(first->w[0]->data, second->w[0]->data);
  for (Neuron* n : {first, second, again}) neuron_free(n);
}

// The first numbers of splitmix64 from the seed 1234567, as its authors' program prints them.
TEST(Neuron, draws_from_splitmix64) {
  const std::uint64_t published[] = {6457827717110365317U, 3203168211198807973U,
                                     9817491932198370423U, 4593380528125082431U,
                                     16408922859458223821U};
  const auto unit = [&](int i) { return static_cast<double>(published[i] >> 11U) * 0x1p-53; };
  microcrad_seed(1234567);
  Neuron* const n = neuron_create(4);
  const Value* const drawn[] = {n->w[0], n->w[1], n->w[2], n->w[3], n->b};
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(same_bits(drawn[i]->data, (2.0 * unit(i) - 1.0) * 0.5)) << i;
  }
  neuron_free(n);
  microcrad_seed(1234567);
  Neuron* const bias = neuron_create(0);
  EXPECT_TRUE(same_bits(bias->b->data, 2.0 * unit(0) - 1.0));
  neuron_free(bias);
}

}  // namespace
