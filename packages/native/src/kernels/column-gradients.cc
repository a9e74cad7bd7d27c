#include "column-gradients.h"

#include "../runtime/checks.h"
#include "../runtime/columns.h"
#include "../runtime/parallel.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {

void sumColumnGradients(int64_t rows, int64_t columns, const float* dy, const float* factor, float* products,
                        float* totals) {
  parallelFor(columns, grainOf(rows), [&](int64_t begin, int64_t end) {
    forEachStrip(begin, end, [&](int64_t column, int count, auto width) INLINED {
      constexpr int vectors = decltype(width)::value;
      const auto at = [&](const float* from, int64_t row, int v)
                          INLINED { return loadSome(from + row * columns + column + v * kLanes, count); };
      Floats sums[vectors];
      sumRows(rows, sums, [&](int64_t row, int v) INLINED { return at(dy, row, v) * at(factor, row, v); });
      for (int v = 0; v < vectors; v++) storeSome(products + column + v * kLanes, sums[v], count);
      sumRows(rows, sums, [&](int64_t row, int v) INLINED { return at(dy, row, v); });
      for (int v = 0; v < vectors; v++) storeSome(totals + column + v * kLanes, sums[v], count);
    });
  });
}

}  // namespace TRAINKIT_TARGET
