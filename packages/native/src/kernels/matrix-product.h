// The product of two matrices of any layout.
#pragma once

#include "panels.h"

namespace TRAINKIT_TARGET {

// Y = A · B + bias: A [m, k], B [k, n], Y [m, n] with rows `yStep` apart, bias [n] or null.
struct Product {
  int64_t m;
  int64_t n;
  int64_t k;
  Matrix a;
  Matrix b;
  float* y;
  int64_t yStep;
  const float* bias;
};

// A product that several threads share. Its bits depend on A, B and k alone.
void multiply(const Product& product);
// The same on the calling thread, for a task of its own.
void multiplyAlone(const Product& product);

}  // namespace TRAINKIT_TARGET
