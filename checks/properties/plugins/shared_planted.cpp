// Which bug it is: the one source that is compiled for each.

#include "checks/properties/plugins/shared_bugs.h"

const shared_engine::Bug shared_engine::kPlanted = shared_engine::Bug::PLANTED;
