/* fuzz_tns.c - packets: what the frame finds, every reader of the opening */
#include "fuzz.h"

#include "codec/tns_packet.h"

static void read_body(const struct cw_tns_packet *packet)
{
	struct cw_tns_connect connect;
	struct cw_tns_accept accept;
	struct cw_bytes text, value;
	struct cw_err err;
	size_t len;

	if (cw_tns_get_connect(packet->body, &connect, &err))
		assert(connect.text.len == 0 || connect.text.len == connect.text_len);
	if (cw_tns_get_accept(packet->body, &accept, &err))
		assert(accept.sdu >= 512);
	if (cw_tns_get_refuse(packet->body, &text, &len, &err)) {
		assert(text.len <= len);
		(void)cw_tns_refuse_error(text);
	}
	if (cw_tns_get_redirect(packet->body, &text, &len, &err) &&
	    cw_tns_find(text, "ADDRESS", "HOST", &value))
		assert(value.at >= text.at && value.at + value.len <= text.at + text.len);
	(void)cw_tns_get_marker(packet->body);
	(void)cw_tns_get_control(packet->body);
	(void)cw_tns_find(packet->body, NULL, "SERVICE_NAME", &value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cw_tns_limits limits = { .packet_bytes_max = 32768 };
	struct cw_bytes stream = { data + 1, size - 1 };
	struct cw_tns_packet packet, again;
	struct cw_err err;

	if (size == 0)
		return 0;
	limits.wide_length = data[0] & 1;
	while (cw_tns_frame(stream, &limits, &packet, &err) == CW_FRAME_READY) {
		struct cw_bytes exact = { stream.at, packet.total_bytes };

		read_body(&packet);
		/* One byte less is not yet a packet, and what follows changes nothing. */
		assert(cw_tns_frame(exact, &limits, &again, &err) == CW_FRAME_READY);
		assert(again.body.len == packet.body.len);
		exact.len--;
		assert(cw_tns_frame(exact, &limits, &again, &err) == CW_FRAME_MORE);
		stream.at += packet.total_bytes;
		stream.len -= packet.total_bytes;
	}
	return 0;
}

bool cw_fuzz_seed(unsigned index, struct cw_wr *wr)
{
	static const char text[] = "(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=h)(PORT=1521))"
				   "(CONNECT_DATA=(SERVICE_NAME=\"s(h)op\")(CID=(USER='u'))))";
	struct cw_bytes bytes = { (const uint8_t *)text, sizeof(text) - 1 };
	struct cw_tns_accept accept = { .version = 318, .sdu = 8192, .tdu = 8192 };

	cw_wr_u8(wr, index == 5);
	switch (index) {
	case 0:
		cw_tns_put_connect(wr, 0, false, 8192, bytes);
		return true;
	case 1:
		cw_tns_put_accept(wr, &accept);
		return true;
	case 2:
		cw_tns_put_refuse(wr, 1, 12514);
		return true;
	case 3:
		cw_tns_put_redirect(wr, bytes, bytes);
		return true;
	case 4:
		cw_tns_put_resend(wr);
		cw_tns_put_marker(wr, false, CW_TNS_BREAK);
		return true;
	case 5:
		cw_tns_put_marker(wr, true, CW_TNS_BREAK);
		cw_tns_put_data(wr, true, 0, bytes);
		return true;
	default:
		return false;
	}
}
