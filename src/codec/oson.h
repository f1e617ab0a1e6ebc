/*
 * oson.h - Oracle's binary JSON as JSON text
 *
 * An image is a header, the names of all fields, and a tree of nodes that refer to each other
 * by offsets from the tree's start:
 *
 *	ff 4a 5a  u8 version (1; 3: names longer than 255 bytes)  u16 flags
 *	flags 0x10: one scalar: tree size, node
 *	else: number of names, size of their segment, [v3: u16 flags, u32, u32], tree size, u16 tiny
 *	nodes; hashes, offsets and bytes of the names; the tree
 *	node 80..ff: container; 0x40 array, 0x20 offsets of 4 bytes, 0x18 how children are counted
 *	(3: the names are those of another object), else a scalar
 *
 * Numbers, dates and the like that JSON does not know are written as SQL shows them, as
 * strings; binary as hexadecimal digits; not-a-number and infinities as strings.
 *
 * Offsets may point anywhere, so that a small image could mean an endless text: depth and
 * length of what is written are bounded.
 *
 * Errors	CW2141 the bytes are no image, or one that nests or grows beyond all bounds
 * Threads	any
 * Sources	python-oracledb impl/base/oson.pyx; the recording oson_golden.json
 */
#ifndef CW_CODEC_OSON_H
#define CW_CODEC_OSON_H

#include "base/err.h"
#include "base/wr.h"

#define CW_OSON_DEPTH_MAX  1024u
#define CW_OSON_TEXT_RATIO 64u /* times the image's length, and 64 KiB on top */

/* Appends the text to @out, without a NUL. */
bool cw_oson_show(struct cw_bytes image, struct cw_wr *out, struct cw_err *err) CW_MUST_CHECK;

#endif
