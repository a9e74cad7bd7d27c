"""Prints as JSON the contents of a folder of runs, read by the real TensorBoard: python read_events.py FOLDER

files:  every event file with its records, read by the strict reader, which checks the sums of lengths and of data
        (TensorBoard's default loader does not check those of data), and the error that it ended with
loaded: what each of TensorBoard's two Python loaders then has of every run, in their own order
"""

import io
import json
import logging
import math
import os
import sys

from PIL import Image
from tensorboard.backend.event_processing import event_accumulator
from tensorboard.backend.event_processing import io_wrapper
from tensorboard.backend.event_processing import plugin_event_multiplexer
from tensorboard.compat.proto import event_pb2
from tensorboard.compat.tensorflow_stub import errors
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import PyRecordReader_New
from tensorboard.plugins.hparams import plugin_data_pb2
from tensorboard.util import tensor_util


def number(value):
    """Returns a float, or a string for NaN and infinities, which JSON lacks."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def histogram(histo):
    return {
        "min": histo.min,
        "max": histo.max,
        "num": histo.num,
        "sum": histo.sum,
        "sumSquares": histo.sum_squares,
        "bucketLimit": list(histo.bucket_limit),
        "bucket": list(histo.bucket),
    }


def picture(png):
    image = Image.open(io.BytesIO(png))
    return {"mode": image.mode, "size": list(image.size), "pixels": list(image.tobytes())}


def hparams(content):
    data = plugin_data_pb2.HParamsPluginData.FromString(content)
    kind = data.WhichOneof("data")
    if kind == "session_start_info":
        values = data.session_start_info.hparams
        return {"hparams": {name: getattr(v, v.WhichOneof("kind")) for name, v in values.items()}}
    if kind == "session_end_info":
        return {"status": data.session_end_info.status}
    return {
        "hparams": {info.name: info.type for info in data.experiment.hparam_infos},
        "metrics": [info.name.tag for info in data.experiment.metric_infos],
    }


def value(v):
    kind = v.WhichOneof("value")
    read = {"tag": v.tag, "kind": kind}
    if kind == "simple_value":
        read["value"] = number(v.simple_value)
    elif kind == "histo":
        read["value"] = histogram(v.histo)
    elif kind == "image":
        i = v.image
        read["value"] = {"width": i.width, "height": i.height, "colorspace": i.colorspace}
        read["value"].update(picture(i.encoded_image_string))
    elif kind == "tensor":
        read["plugin"] = v.metadata.plugin_data.plugin_name
        if read["plugin"] == "hparams":
            read["value"] = hparams(v.metadata.plugin_data.content)
        else:
            read["value"] = [s.decode() for s in tensor_util.make_ndarray(v.tensor).reshape(-1)]
    return read


def event(record):
    e = event_pb2.Event.FromString(record)
    read = {"step": e.step, "wallTime": e.wall_time, "what": e.WhichOneof("what")}
    if read["what"] == "file_version":
        read["fileVersion"] = e.file_version
    elif read["what"] == "session_log":
        read["status"] = e.session_log.status
    elif read["what"] == "summary":
        read["values"] = [value(v) for v in e.summary.value]
    return read


def strictly(path):
    reader = PyRecordReader_New(path)
    events = []
    while True:
        try:
            reader.GetNext()
        except errors.OutOfRangeError:
            return {"events": events, "error": None}
        except errors.DataLossError as error:
            return {"events": events, "error": str(error.message)}
        events.append(event(reader.record()))


def by_plugins(folder):
    """The loader of TensorBoard itself; it shows scalars as tensors."""
    multiplexer = plugin_event_multiplexer.EventMultiplexer(tensor_size_guidance={"tensors": 0, **{
        plugin: 0 for plugin in ["scalars", "images", "histograms", "text", "hparams"]
    }})
    multiplexer.AddRunsFromDirectory(folder)
    multiplexer.Reload()
    return {
        run: {
            tag: [
                [e.step, number(tensor_util.make_ndarray(e.tensor_proto).item())]
                if multiplexer.SummaryMetadata(run, tag).plugin_data.plugin_name == "scalars"
                else [e.step]
                for e in multiplexer.Tensors(run, tag)
            ]
            for tag in tags["tensors"]
        }
        for run, tags in multiplexer.Runs().items()
    }


def by_kinds(folder):
    """The older loader, for notebooks and scripts."""
    runs = {}
    for path in io_wrapper.GetLogdirSubdirectories(folder):
        guidance = {kind: 0 for kind in ["scalars", "histograms", "images", "tensors", "compressedHistograms"]}
        loader = event_accumulator.EventAccumulator(path, size_guidance=guidance)
        loader.Reload()
        tags = loader.Tags()
        run = {tag: [[e.step, number(e.value)] for e in loader.Scalars(tag)] for tag in tags["scalars"]}
        for kind, read in [("histograms", loader.Histograms), ("images", loader.Images), ("tensors", loader.Tensors)]:
            run.update({tag: [[e.step] for e in read(tag)] for tag in tags[kind]})
        runs[os.path.relpath(path, folder)] = run
    return runs


def main(folder):
    logging.disable(logging.WARNING)
    files = {}
    for parent, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if "tfevents" in name:
                path = os.path.join(parent, name)
                files[os.path.relpath(path, folder)] = strictly(path)
    loaded = {"plugins": by_plugins(folder), "kinds": by_kinds(folder)}
    print(json.dumps({"files": files, "loaded": loaded}, allow_nan=False))


main(sys.argv[1])
