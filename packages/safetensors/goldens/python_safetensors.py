"""The results of Python's safetensors for files, for make.py and for the test that runs Python.

Usage: python python_safetensors.py < files.json

Reads a list of files, each in base64. Prints for each what is in it and what Python writes of that, or the error.
"""

import base64
import json
import sys
import tempfile

import numpy as np
import safetensors

NAMES = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "I64": "int64", "I32": "int32", "I16": "int16",
    "I8": "int8", "U64": "uint64", "U32": "uint32", "U16": "uint16", "U8": "uint8", "BOOL": "bool",
}


def text(data):
    return base64.b64encode(bytes(data)).decode()


def write(tensors, metadata=None):
    """The file of {name: (dtype, shape, bytes)}."""
    arrays = {name: np.frombuffer(bytes(data), np.uint8) for name, (_, _, data) in tensors.items()}
    return safetensors.serialize(
        {
            name: safetensors.TensorSpec(
                dtype=NAMES[dtype], shape=list(shape), data_ptr=arrays[name].ctypes.data, data_len=arrays[name].size
            )
            for name, (dtype, shape, _) in tensors.items()
        },
        metadata or None,
    )


def read(file):
    """The tensors as {name: (dtype, shape, bytes)}, and the metadata."""
    tensors = {name: (each["dtype"], each["shape"], each["data"]) for name, each in safetensors.deserialize(file)}
    # Metadata are read from files alone.
    with tempfile.NamedTemporaryFile() as copy:
        copy.write(file)
        copy.flush()
        with safetensors.safe_open(copy.name, "np") as opened:
            return tensors, opened.metadata() or {}


def refusal(file):
    """Why Python does not read the file; None where it does."""
    try:
        read(file)
    except safetensors.SafetensorError as error:
        return str(error)


def described(file):
    error = refusal(file)
    if error is not None:
        return {"file": text(file), "error": error}
    tensors, metadata = read(file)
    return {
        "file": text(file),
        "tensors": {name: {"dtype": dtype, "shape": shape, "bytes": text(data)} for name, (dtype, shape, data) in tensors.items()},
        "metadata": metadata,
        "again": text(write(tensors, metadata)),
    }


if __name__ == "__main__":
    json.dump([described(base64.b64decode(file)) for file in json.load(sys.stdin)], sys.stdout)
