/* recording_capture.h - captures of libpcap, for recording.c */
#ifndef CW_CODEC_RECORDING_CAPTURE_H
#define CW_CODEC_RECORDING_CAPTURE_H

#include "codec/recording.h"

bool cw_capture_is(struct cw_bytes file);
bool cw_capture_play(struct cw_bytes file, struct cw_recording_player *player,
		     struct cw_err *err) CW_MUST_CHECK;

#endif
