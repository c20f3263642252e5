"""Makes the pictures of pages small: a PNG with a palette of at most 256 colours."""

import collections
import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_COLOURS = 256
# Bytes of a pixel by the colour type: RGB, RGB with opacity.
PIXEL_BYTES = {2: 3, 6: 4}


def with_palette(png):
    """The same picture; a colour that is not in the palette becomes the nearest one that is."""
    width, height, pixels = decode(png)
    colours = [colour for colour, _ in collections.Counter(pixels).most_common()]
    palette = choose(colours)
    places = {colour: place for place, colour in enumerate(palette)}
    for colour in set(colours) - set(palette):
        distance = lambda place: sum((a - b) ** 2 for a, b in zip(colour, palette[place]))
        places[colour] = min(range(len(palette)), key=distance)
    indices = bytes(places[pixel] for pixel in pixels)
    # A 0 before each row: it is stored as it is, without a filter.
    rows = b"".join(b"\0" + indices[at : at + width] for at in range(0, width * height, width))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return SIGNATURE + b"".join(chunk(*parts) for parts in chunks)


def choose(colours):
    """Of colours, the most frequent first: one of each shade, so that nothing small changes
    its colour, then the most frequent ones."""
    shades = {}
    for colour in colours:
        shades.setdefault(tuple(channel >> 5 for channel in colour), colour)
    return list(dict.fromkeys([*shades.values(), *colours]))[:MOST_COLOURS]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def decode(png):
    """Width, height, and the three bytes of each pixel."""
    chunks = dict(read_chunks(png))
    width, height, depth, colour_type, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if depth != 8 or colour_type not in PIXEL_BYTES or interlaced:
        raise ValueError("only PNGs with 8 bits a channel, without interlacing, are read")
    size = PIXEL_BYTES[colour_type]
    data = zlib.decompress(chunks[b"IDAT"])
    above = bytes(width * size)
    pixels = []
    for at in range(0, len(data), width * size + 1):
        above = unfiltered(data[at], data[at + 1 : at + 1 + width * size], above, size)
        pixels.extend(bytes(above[x : x + 3]) for x in range(0, len(above), size))
    return width, height, pixels


def read_chunks(png):
    """Each kind of chunk with its data; pieces of the picture are put together."""
    found = collections.defaultdict(bytes)
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        found[png[at + 4 : at + 8]] += png[at + 8 : at + 8 + length]
        at += length + 12
    return found


def unfiltered(kind, row, above, size):
    """A row without its filter: 0 none, 1 left, 2 above, 3 their mean, 4 Paeth's choice."""
    row = bytearray(row)
    for at in range(len(row)):
        left = row[at - size] if at >= size else 0
        corner = above[at - size] if at >= size else 0
        guess = [0, left, above[at], (left + above[at]) // 2, paeth(left, above[at], corner)][kind]
        row[at] = (row[at] + guess) & 255
    return row


def paeth(left, above, corner):
    guess = left + above - corner
    return min((left, above, corner), key=lambda value: abs(guess - value))
