// The environment: this machine is fit, and a rounding mode that is not is noticed.

#include <gtest/gtest.h>

#include <cfenv>

#include "checks/oracles/environment.h"

namespace cradle {
namespace {

TEST(OracleEnvironment, finds_nothing_wrong_here) { EXPECT_EQ(environment_fault(), ""); }

TEST(OracleEnvironment, notices_another_rounding_mode) {
  for (const int mode : {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO}) {
    ASSERT_EQ(std::fesetround(mode), 0);
    const std::string fault = environment_fault();
    std::fesetround(FE_TONEAREST);
    EXPECT_EQ(fault, "the rounding mode is not to nearest");
  }
}

#ifdef __SSE2__
TEST(OracleEnvironment, notices_subnormals_flushed_to_zero) {
  for (const unsigned bit : {0x8000u, 0x0040u}) {  // FTZ, DAZ
    const unsigned before = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(before | bit);
    const std::string fault = environment_fault();
    __builtin_ia32_ldmxcsr(before);
    EXPECT_EQ(fault, "subnormal numbers are flushed to zero");
  }
}
#endif

#ifdef __x86_64__
// The control word of the x87: bits 8 and 9 say to how many bits it rounds.
TEST(OracleEnvironment, notices_long_doubles_of_53_bits) {
  unsigned short before = 0;
  __asm__ volatile("fnstcw %0" : "=m"(before));
  const unsigned short narrow = (before & 0xfcff) | 0x0200;
  __asm__ volatile("fldcw %0" : : "m"(narrow));
  const std::string fault = environment_fault();
  __asm__ volatile("fldcw %0" : : "m"(before));
  EXPECT_NE(fault, "");
  EXPECT_EQ(environment_fault(), "");
}
#endif

}  // namespace
}  // namespace cradle
