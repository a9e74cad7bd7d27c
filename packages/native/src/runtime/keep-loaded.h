// The addon stays in memory until the process ends: its helper threads run its code, and a worker thread that has
// loaded it may end before.
#pragma once

namespace trainkit {

// On Linux the linker's flag -z nodelete does so.
void keepLoaded();

}  // namespace trainkit
