#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Copy the Arrow libraries of a pyarrow wheel, making their bundled third-party symbols private.

    private_arrow.py SOURCE_FOLDER DESTINATION_FOLDER

The wheel's libraries export whole copies of OpenSSL, simdjson, re2 and abseil under the names
the system's own libraries use; whichever is loaded first then serves both, and the program dies.
Each such symbol is set to hidden, so that the library's own references bind inside it, and its
name loses its first letter, so that no linker or loader finds it. What the sibling libraries ask
of each other, and Arrow's and Parquet's own interface, stay as they are.
tests/link/private_arrow_test.cc guards the result.
"""

import glob
import os
import re
import struct
import sys

THIRD_PARTY = re.compile(
    r"8simdjson|20simdjson_fast_float|3re2|4absl|4grpc|9grpc_core|17grpc_event_engine"
    r"|6google8protobuf|13opentelemetry|3orc|3Aws|5Azure")
OWN = re.compile(
    r"^_ZN?K?[A-Z0-9]*?(5arrow|7parquet|14arrow_vendored)"
    r"|^_ZT[IVSThc].{0,12}(5arrow|7parquet)|^arrow_|^_init$|^_fini$")
LIBRARY = re.compile(r"lib(arrow(_(?!python)\w+)?|parquet)\.so\.\d+")
STV_HIDDEN = 2
SYMBOL_BYTES = 24


class SharedLibrary:
    """The bytes of a 64-bit little-endian ELF file and its dynamic symbols."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.bytes = bytearray(file.read())
        section_table, = struct.unpack_from("<Q", self.bytes, 40)
        entry_bytes, count, names_index = struct.unpack_from("<HHH", self.bytes, 58)
        headers = [struct.unpack_from("<IIQQQQIIQQ", self.bytes, section_table + i * entry_bytes)
                   for i in range(count)]
        names_at = headers[names_index][4]
        sections = {self.text(names_at + header[0]): header for header in headers}
        symbols_at, symbols_bytes = sections[".dynsym"][4:6]
        strings_at = sections[".dynstr"][4]
        self.symbols = []  # (offset of the entry, name, offset of the name, visibility, section)
        for at in range(symbols_at + SYMBOL_BYTES, symbols_at + symbols_bytes, SYMBOL_BYTES):
            name, _, other, section = struct.unpack_from("<IBBH", self.bytes, at)
            self.symbols.append((at, self.text(strings_at + name), name, other, section))

    def text(self, at):
        return self.bytes[at:self.bytes.index(0, at)].decode()

    def hide(self, at, name, other):
        self.bytes[at + 5] = (other & ~3) | STV_HIDDEN
        struct.pack_into("<I", self.bytes, at, name + 1)


def is_interface(name):
    """Whether name belongs to Arrow, Parquet or the C++ runtime, not to a bundled library."""
    return bool(OWN.search(name)) or (name.startswith("_Z") and not THIRD_PARTY.search(name))


def main():
    source, destination = sys.argv[1:3]
    os.makedirs(destination, exist_ok=True)
    paths = sorted(p for p in glob.glob(f"{source}/lib*.so.*")
                   if LIBRARY.fullmatch(os.path.basename(p)))
    if not paths:
        raise SystemExit(f"private_arrow: no Arrow libraries in {source}")
    libraries = {os.path.basename(path): SharedLibrary(path) for path in paths}
    asked_of_siblings = {symbol for library in libraries.values()
                         for _, symbol, _, _, section in library.symbols if section == 0}
    for file_name, library in libraries.items():
        for at, symbol, name, other, section in library.symbols:
            if section != 0 and symbol not in asked_of_siblings and not is_interface(symbol):
                library.hide(at, name, other)
        with open(f"{destination}/{file_name}", "wb") as out:
            out.write(library.bytes)
        link = f"{destination}/" + re.sub(r"\.\d+$", "", file_name)
        if not os.path.lexists(link):
            os.symlink(file_name, link)


if __name__ == "__main__":
    main()
