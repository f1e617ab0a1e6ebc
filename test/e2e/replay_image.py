"""replay_image.py - Oracle's storage bytes as the values they stand for: what LogMiner writes as HEXTORAW without saying more"""
import decimal


def number(image):
    """NUMBER: an exponent, then pairs of digits, of a negative one as 101 less the pair (python-oracledb, decode_number)."""
    if image == b"\x80":
        return decimal.Decimal(0)
    positive = image[0] & 0x80
    exponent = (image[0] & 0x7f) - 65 if positive else 62 - (image[0] & 0x7f)
    pairs = [byte - 1 if positive else 101 - byte for byte in image[1:] if positive or byte != 102]
    digits = "".join(f"{pair:02d}" for pair in pairs)
    return decimal.Decimal(f"{'' if positive else '-'}{digits}E{2 * (exponent - len(pairs) + 1)}")


class Document:
    """JSON as its binary image (python-oracledb, OsonDecoder): a header, names with their hashes, a tree of nodes."""

    def __init__(self, image):
        self.image, flags = image, int.from_bytes(image[4:6], "big")
        assert image[:4] == b"\xffJZ\x01", image[:8]
        self.names, at = [], 6
        if flags & 0x10:  # a scalar alone
            self.tree = at + (4 if flags & 0x1000 else 2)
            return
        self.id_bytes = 4 if flags & 0x08 else 2 if flags & 0x0400 else 1
        count, at = self.take(at, self.id_bytes)
        place_bytes = 4 if flags & 0x0800 else 2
        name_bytes, at = self.take(at, place_bytes)
        at += 4 if flags & 0x1000 else 2
        at += 2  # tiny nodes
        at += count  # hashes
        segment = at + count * place_bytes
        for _ in range(count):
            place, at = self.take(at, place_bytes)
            length, begin = self.take(segment + place, 1)
            self.names.append(image[begin:begin + length].decode())
        self.tree = segment + name_bytes

    def take(self, at, length):
        return int.from_bytes(self.image[at:at + length], "big"), at + length

    def value(self, at=None):
        at = self.tree if at is None else at
        kind, at = self.take(at, 1)
        if kind & 0x80:
            return self.container(kind, at)
        if kind in (0x30, 0x31, 0x32):
            return {0x30: None, 0x31: True, 0x32: False}[kind]
        if kind in (0x33, 0x34, 0x37, 0x38):
            length, at = self.take(at, {0x33: 1, 0x34: 1, 0x37: 2, 0x38: 4}[kind])
        elif kind & 0xf0 in (0x20, 0x60):
            length = (kind & 15) + 1
        else:
            length = kind & 15 if kind & 0xf0 in (0x40, 0x50) else kind
        data = self.image[at:at + length]
        return number(data) if kind == 0x34 or kind & 0x60 and kind & 0xf0 != 0x30 else data.decode()

    def container(self, kind, at):
        count_bytes, wide, is_object = {0x00: 1, 0x08: 2, 0x10: 4}.get(kind & 0x18), 4 if kind & 0x20 else 2, not kind & 0x40
        ids = at
        if count_bytes is None:  # the names are those of another object
            other, places = self.take(at, wide)
            other += self.tree
            count, ids = self.take(other + 1, {0x00: 1, 0x08: 2, 0x10: 4}[self.image[other] & 0x18])
        else:
            count, ids = self.take(at, count_bytes)
            places = ids + (count * self.id_bytes if is_object else 0)
        values = [self.value(self.tree + self.take(places + i * wide, wide)[0]) for i in range(count)]
        if not is_object:
            return values
        return {self.names[self.take(ids + i * self.id_bytes, self.id_bytes)[0] - 1]: value for i, value in enumerate(values)}


def document(image):
    return Document(image).value()
