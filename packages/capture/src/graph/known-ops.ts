/**
 * The native ops that depend on nothing but their inputs and attributes, so that a graph may run
 * them: those that tfjs-node and `@trainkit/kernels` call, but the ones that draw random numbers,
 * that read files and images, or whose output has a shape that depends on values.
 */
export const KNOWN_OPS: ReadonlySet<string> = new Set(
  `
  Abs Acos Acosh Add AddN AddV2 All Any ArgMax ArgMin Asin Asinh Atan Atan2 Atanh AvgPool AvgPool3D AvgPool3DGrad
  AvgPoolGrad BatchMatMul BatchMatMulV2 BatchToSpaceND BiasAdd BiasAddGrad BroadcastTo Cast Ceil Complex ComplexAbs
  ConcatV2 Conv2D Conv2DBackpropFilter Conv2DBackpropInput Conv3D Conv3DBackpropFilterV2 Conv3DBackpropInputV2 Cos Cosh
  Cumprod Cumsum DepthToSpace DepthwiseConv2dNative DepthwiseConv2dNativeBackpropFilter
  DepthwiseConv2dNativeBackpropInput Diag Dilation2D Dilation2DBackpropFilter Dilation2DBackpropInput Div DivNoNan
  Einsum Elu EluGrad Equal Erf Exp ExpandDims Expm1 Fill Floor FloorDiv FloorMod FusedBatchNorm FusedBatchNormGrad
  FusedBatchNormGradV3 FusedBatchNormV3 GatherNd GatherV2 Greater GreaterEqual Identity Imag IsFinite IsInf IsNan LRN
  LRNGrad LeakyRelu LeakyReluGrad Less LessEqual LinSpace Log Log1p LogSoftmax LogicalAnd LogicalNot LogicalOr MatMul
  Max MaxPool MaxPool3D MaxPool3DGrad MaxPoolGrad Maximum Mean Min Minimum MirrorPad Mod Mul Neg NotEqual OneHot
  OnesLike Pack Pad PadV2 Pow Prelu Prod Range Real RealDiv Reciprocal Relu Relu6 Relu6Grad ReluGrad Reshape
  ResizeBilinear ResizeBilinearGrad ResizeNearestNeighbor ResizeNearestNeighborGrad ReverseV2 Round Rsqrt RsqrtGrad
  ScatterNd Select SelectV2 Selu SeluGrad Sigmoid SigmoidGrad Sign Sin Sinh Slice Softmax SoftmaxCrossEntropyWithLogits
  Softplus SoftplusGrad Softsign SpaceToBatchND SparseSoftmaxCrossEntropyWithLogits Split SplitV Sqrt SqrtGrad Square
  SquaredDifference Squeeze StridedSlice Sub Sum Tan Tanh TanhGrad Tile TopKV2 Transpose Unpack UnsortedSegmentSum
  ZerosLike
  ResourceApplyAdam ResourceApplyAdamWithAmsgrad ResourceApplyGradientDescent ResourceApplyMomentum
  `
    .trim()
    .split(/\s+/),
);
