"""recorder.py - a proxy in front of an Oracle listener that writes down what passes, packet by packet

The file has one line a packet, "C hex" from the client and "S hex" from the server, "# stream n" before
each connection: what causeway-dump reads.
"""
import pathlib
import socket
import threading

CONNECT, ACCEPT, DATA = 1, 2, 6


class _Cutter:
    """Cuts the bytes of one direction into packets; lengths are wide once an ACCEPT of 315 or more was seen."""

    def __init__(self, stream, side):
        self.stream, self.side, self.held = stream, side, b""

    def add(self, data):
        self.held += data
        while len(self.held) >= 8:
            width = 4 if self.stream.wide else 2
            length = int.from_bytes(self.held[:width], "big")
            if length < 8 or len(self.held) < length:
                return
            packet, self.held = self.held[:length], self.held[length:]
            if packet[4] == ACCEPT:
                self.stream.wide = int.from_bytes(packet[8:10], "big") >= 315
            self.stream.packets.append((self.side, packet))


class Stream:
    """One recorded connection: packets in the order in which they passed."""

    def __init__(self):
        self.wide, self.packets, self.lock = False, [], threading.Lock()


class Recorder:
    """Listens on a free port of loopback and passes everything on to PORT until it is closed."""

    def __init__(self, port):
        self.target, self.streams = port, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            stream = Stream()
            self.streams.append(stream)
            for side, a, b in (("C", client, server), ("S", server, client)):
                a.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._pass, args=(stream, _Cutter(stream, side), a, b), daemon=True).start()

    @staticmethod
    def _pass(stream, cutter, source, sink):
        try:
            while data := source.recv(65536):
                with stream.lock:
                    cutter.add(data)
                sink.sendall(data)
        except OSError:
            pass
        try:
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def write(self, path, streams=None):
        with open(path, "w", encoding="ascii") as file:
            for number, stream in enumerate(self.streams if streams is None else streams):
                file.write(f"# stream {number}\n")
                with stream.lock:
                    file.writelines(f"{side} {packet.hex()}\n" for side, packet in stream.packets)
        return pathlib.Path(path)

    def close(self):
        self.listener.close()
