/*
 * recording.h - the forms in which sessions on the wire are kept
 *
 *	packets		text: "C" or "S", a blank, a packet as hex; "# stream n" begins another
 *			session, other lines with # say nothing
 *	cassette	"TNSCASS" NUL, u8 version 1; then u8 1 (client) or 2 (server), u64le
 *			microseconds, u32le length, bytes
 *	driver's dump	what PYO_DEBUG_PACKETS=1 prints: a line with "Sending packet" or
 *			"Receiving packet", then "0000 : 16 bytes as hex |text|"; and what go-ora's
 *			TRACE FILE holds: "Write packet:" or "Read packet:", then
 *			"00000000  16 bytes as hex  |text|" (v2 trace/trace.go)
 *	trace		what Oracle's client or server writes with TRACE_LEVEL_CLIENT=16 or
 *			TRACE_LEVEL_SERVER=16: "nspsend: packet dump", then "nspsend: 8 bytes as hex
 *			|text|"; nspsend and nsbasic_bsd send, nsprecv and nsbasic_brc receive, and who
 *			sends first is the client (Net Services Administrator's Guide, 16.7.4)
 *	capture		of libpcap, pcap or pcapng, Ethernet, Linux cooked, raw or loopback; TCP over IPv4 or
 *			IPv6, segments in order or not; the side that speaks first is the client
 *
 * Errors	CW2140 a form that is none of these, or is broken
 * Threads	any
 */
#ifndef CW_CODEC_RECORDING_H
#define CW_CODEC_RECORDING_H

#include "base/err.h"
#include "codec/walk.h"

struct cw_recording_player {
	/* Another session begins. */
	void (*session)(struct cw_recording_player *player);
	void (*bytes)(struct cw_recording_player *player, enum cw_walk_from from,
		      struct cw_bytes bytes);
};

/* session() is called before the first bytes(), too. */
bool cw_recording_play(struct cw_bytes file, struct cw_recording_player *player,
		       struct cw_err *err) CW_MUST_CHECK;

#endif
