"""Reads a safetensors file by the rules of the format alone, and checks every one of them and the checksum.

Prints each tensor's name, shape and the SHA-256 of its bytes; ends with a message where a rule is broken.
The rules: https://huggingface.co/docs/safetensors. It shares nothing with the engine that wrote the file.
"""

import hashlib
import json
import math
import sys


def no_duplicates(members):
    check(len(dict(members)) == len(members), "a name is there twice")
    return dict(members)


def check(holds, rule):
    if not holds:
        sys.exit(f"{sys.argv[1]}: {rule}")


with open(sys.argv[1], "rb") as stream:
    file = stream.read()

length = int.from_bytes(file[:8], "little")
check(len(file) >= 8 and length <= min(100_000_000, len(file) - 8), "the header is longer than the file")
check(length % 8 == 0, "the tensors are not aligned to eight bytes")
raw, data = file[8 : 8 + length], file[8 + length :]
check(raw[:1] == b"{" and raw.rstrip(b" ")[-1:] == b"}", "the header is not an object followed by spaces")
try:
    header = json.loads(raw.decode("utf-8"), object_pairs_hook=no_duplicates)
except ValueError as error:
    sys.exit(f"{sys.argv[1]}: the header is not JSON: {error}")

metadata = header.pop("__metadata__", {})
check(all(isinstance(text, str) for text in metadata.values()), "the metadata are not all texts")

end = 0
for name, tensor in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
    check(set(tensor) == {"dtype", "shape", "data_offsets"}, f"{name} is not described as it should be")
    check(tensor["dtype"] == "F32", f"{name} is not of 32-bit floats")
    check(all(isinstance(size, int) and size >= 0 for size in tensor["shape"]), f"{name} has no shape")
    check(tensor["data_offsets"][0] == end, f"{name} does not begin where the one before it ends")
    end += 4 * math.prod(tensor["shape"])
    check(tensor["data_offsets"] == [end - 4 * math.prod(tensor["shape"]), end], f"{name} has other offsets than its shape asks for")
check(end == len(data), "the tensors are not all of the file")

digits = metadata.get("checksum", "").removeprefix("sha256:").encode()
check(len(digits) == 64 and raw.count(digits) == 1, "there is no checksum")
check(hashlib.sha256(file.replace(digits, b"0" * 64, 1)).hexdigest().encode() == digits, "the checksum is another one")

for name, tensor in header.items():
    start, end = tensor["data_offsets"]
    print(name, "×".join(map(str, tensor["shape"])), hashlib.sha256(data[start:end]).hexdigest())
