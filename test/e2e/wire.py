"""wire.py - a proxy between Causeway and the rehearsal Oracle: it keeps the requests it saw, and may spoil an answer

What it knows of Oracle Net and TTC is what src/codec/tns_frame.h and src/codec/ttc_call_request.c say of a 19c session.
"""
import datetime
import re
import socket
import struct
import threading
from decimal import Decimal

import servers

ACCEPT, DATA = 2, 6
WIDE_FROM = 315
FUNCTION, PIGGYBACK, ROW_DATA = 3, 17, 7
EXECUTE, AUTH_PHASE_TWO, CLOSE_CURSORS = 94, 115, 105


class Conversation:
    """One connection: its requests, each the payload of all packets from one answer to the next."""

    def __init__(self):
        self.requests, self.pending = [], b""
        self.wide = False
        self.answers = 0
        self.lock = threading.Lock()

    def said(self, payload):
        with self.lock:
            self.pending += payload

    def answered(self):
        with self.lock:
            self.answers += 1
            if self.pending:
                self.requests.append(self.pending)
            self.pending = b""


class Proxy:
    """Listens on `port`; `spoil(conversation, packet)` gives what to send instead of a packet of the server, and whether
    the connection lives on."""

    def __init__(self, target_port):
        self.target_port, self.port = target_port, servers.free_port()
        self.conversations, self.spoil = [], None
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target_port))
            except OSError:
                client.close()
                continue
            conversation = Conversation()
            self.conversations.append(conversation)
            for source, sink, is_answer in ((client, server, False), (server, client, True)):
                source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._pass, args=(conversation, source, sink, is_answer), daemon=True).start()

    def _pass(self, conversation, source, sink, is_answer):
        try:
            while True:
                packet = self._packet(conversation, source)
                if packet is None:
                    break
                lives = True
                if is_answer:
                    if packet[4] == ACCEPT and struct.unpack(">H", packet[8:10])[0] >= WIDE_FROM:
                        conversation.wide = True
                    conversation.answered()
                    spoil = self.spoil
                    if spoil:
                        packet, lives = spoil(conversation, packet)
                elif packet[4] == DATA:
                    conversation.said(packet[10:])
                sink.sendall(packet)
                if not lives:
                    break
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        source.close()

    def _packet(self, conversation, source):
        head = _exactly(source, 8)
        if head is None:
            return None
        length = struct.unpack(">I" if conversation.wide else ">H", head[:4 if conversation.wide else 2])[0]
        rest = _exactly(source, length - 8)
        return None if rest is None else head + rest

    def statements(self):
        """For each connection the statements it sent, in their order: (text, values of the first row of binds)."""
        return [[one for request in conversation.requests for one in statements_of(request)]
                for conversation in self.conversations]


def _exactly(source, count):
    got = b""
    while len(got) < count:
        more = source.recv(count - len(got))
        if not more:
            return None
        got += more
    return got


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def left(self):
        return len(self.data) - self.at

    def raw(self, count):
        if self.left() < count:
            raise ValueError("the request is cut")
        self.at += count
        return self.data[self.at - count:self.at]

    def u8(self):
        return self.raw(1)[0]

    def ub(self):
        return int.from_bytes(self.raw(self.u8()), "big")

    def clr(self):
        first = self.u8()
        if first in (0, 255):
            return None
        if first != 254:
            return self.raw(first)
        whole = b""
        while chunk := self.ub():
            whole += self.raw(chunk)
        return whole


def statements_of(request):
    """The statements of one request, with their binds."""
    reader, found = Reader(request), []
    while reader.left():
        message = reader.u8()
        if message not in (FUNCTION, PIGGYBACK):
            return found
        function = reader.u8()
        reader.u8()  # sequence
        if message == PIGGYBACK and function == CLOSE_CURSORS:
            reader.u8()
            for _ in range(reader.ub()):
                reader.ub()
            continue
        if message == FUNCTION and function == AUTH_PHASE_TWO:
            found += [(text.decode(), []) for text in re.findall(rb"ALTER SESSION[^\x00]*", request)]
        if message == FUNCTION and function == EXECUTE:
            text, values = execute_of(reader)
            if text:
                found.append((text, values))
        return found
    return found


def execute_of(reader):
    reader.ub()  # options
    reader.ub()  # cursor
    reader.u8()
    sql_bytes = reader.ub()
    reader.u8()
    words = reader.ub()
    reader.raw(3)
    reader.ub()  # rows to prefetch
    reader.ub()  # longest LONG
    reader.u8()
    binds = reader.ub()
    reader.raw(5)
    reader.u8()
    defines = reader.ub()
    reader.raw(2 + 1 + 5 + 1)
    reader.ub()
    reader.raw(1 + 5 + 2)
    text = reader.clr().decode() if sql_bytes else ""
    if len(text.encode()) != sql_bytes:
        raise ValueError("the length of a statement is not what was said before")
    for _ in range(words):
        reader.ub()
    types = [declaration_of(reader) for _ in range(binds + defines)][:binds]
    if not reader.left():
        return text, []
    if reader.u8() != ROW_DATA:
        raise ValueError("no row of binds")
    return text, [value_of(kind, reader.clr()) for kind in types]


def declaration_of(reader):
    kind = reader.u8()
    reader.raw(3)
    bytes_max = reader.ub()
    if bytes_max > 4000:
        raise ValueError("a bind so long goes to the end of its row")
    for _ in range(2):
        reader.ub()
    reader.raw(2)
    reader.ub()
    reader.u8()
    reader.ub()
    reader.ub()
    return kind


def value_of(kind, stored):
    if stored is None:
        return None
    if kind in (1, 96):
        return stored.decode()
    if kind == 2:
        return number_of(stored)
    if kind in (12, 180):
        when = datetime.datetime((stored[0] - 100) * 100 + stored[1] - 100, stored[2], stored[3], stored[4] - 1, stored[5] - 1,
                                 stored[6] - 1)
        return when.replace(microsecond=int.from_bytes(stored[7:11], "big") // 1000)
    if kind == 23:
        return stored
    raise ValueError(f"a bind of type {kind}")


def number_of(stored):
    if stored == b"\x80":
        return 0
    positive = bool(stored[0] & 0x80)
    exponent = ((stored[0] if positive else ~stored[0]) & 0x7f) - 65
    digits = [byte - 1 if positive else 101 - byte for byte in stored[1:] if positive or byte != 102]
    value = sum((Decimal(digit).scaleb(2 * (exponent - i)) for i, digit in enumerate(digits)), Decimal(0))
    value = value if positive else -value
    return int(value) if value == value.to_integral_value() else value
