// The engines of this project: nanoseconds an op, forward, backward, release and step apart.

#include "bench/engines/microcrad.h"
#include "bench/engines/textbook.h"
#include "bench/suite.h"

namespace cradle::bench {

void register_engines(const Suite& suite) {
  suite.add<MicrocradInline>();
  suite.add<Microcrad>();
  suite.add_networks<MicrocradNetworkInline>();
  suite.add_networks<MicrocradNetwork>();
  suite.add_by_hand();
  suite.add<Textbook>();
}

}  // namespace cradle::bench
