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

}  // namespace
}  // namespace cradle
