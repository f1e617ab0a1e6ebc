/*
 * vector.h - the image of a VECTOR as text
 *
 *	db  u8 version (0, 1 with binary, 2 with sparse ones)  u16 flags  u8 format
 *	u32 dimensions  [8 bytes, the norm]  sparse: u16 n, n * u32 index; then the elements
 *	format 2 BINARY_FLOAT, 3 BINARY_DOUBLE, 4 int8, 5 bits
 *
 * Dense ones are "[1.5,-2.25]", bits a byte each as the server shows them; sparse ones
 * "[dimensions,[indexes from 1],[elements]]", the server's own form.
 *
 * Errors	CW2142 the bytes are no such image
 * Threads	any
 * Sources	python-oracledb impl/base/vector.pyx; the recording vectors.json; Oracle
 *		Database AI Vector Search User's Guide 23ai, TO_VECTOR
 */
#ifndef CW_CODEC_VECTOR_H
#define CW_CODEC_VECTOR_H

#include "base/err.h"
#include "base/wr.h"

bool cw_vector_show(struct cw_bytes image, struct cw_wr *out, struct cw_err *err) CW_MUST_CHECK;

#endif
