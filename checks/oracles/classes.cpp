// IEEE 754 addition of what is not finite.

#include "checks/oracles/classes.h"

#include <initializer_list>

namespace cradle {

ClassSet sum_of(ClassSet lhs, ClassSet rhs) {
  ClassSet sum = 0;
  const ClassSet both = lhs & rhs;
  if ((both & kFinite) != 0) sum |= kFinite;
  // inf + finite, inf + inf of the same sign
  for (const ClassSet infinity : std::initializer_list<ClassSet>{kPlusInfinity, kMinusInfinity}) {
    const bool in_lhs = (lhs & infinity) != 0;
    const bool in_rhs = (rhs & infinity) != 0;
    if ((in_lhs && (rhs & (kFinite | infinity)) != 0) ||
        (in_rhs && (lhs & (kFinite | infinity)) != 0)) {
      sum |= infinity;
    }
  }
  // NaN + anything, inf - inf
  const bool nan = ((lhs | rhs) & kNan) != 0;
  const bool opposite = ((lhs & kPlusInfinity) != 0 && (rhs & kMinusInfinity) != 0) ||
                        ((lhs & kMinusInfinity) != 0 && (rhs & kPlusInfinity) != 0);
  if (nan || opposite) sum |= kNan;
  return sum;
}

}  // namespace cradle
