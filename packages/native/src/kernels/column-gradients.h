// The gradients of a weight and a bias that every row of a matrix shares.
#pragma once

#include "../runtime/vector.h"

namespace TRAINKIT_TARGET {

// products = Σ dy · factor and totals = Σ dy over the rows; dy and factor [rows, columns].
void sumColumnGradients(int64_t rows, int64_t columns, const float* dy, const float* factor, float* products,
                        float* totals);

}  // namespace TRAINKIT_TARGET
