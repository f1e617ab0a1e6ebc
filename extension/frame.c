/*
 * frame.c - rh.frame(), and rh.state_get(frame, slot), rh.state_set(frame, slot, value): variables of a block that its local subprograms see
 *
 * PL/pgSQL has no subprograms inside of blocks: a local one is a routine of its own, and what it sees of the blocks around lies
 * here.  A call has a frame, known by a number.  Nobody says when a call ends, for it may end by an exception: a frame
 * is gone when another is made no deeper in the stack, as no call that goes on can be there.
 *
 * Source: Oracle Database PL/SQL Language Reference 19c, "Nested, Package, and Standalone Subprograms".
 */
#include "causeway_redo.h"

#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(rh_frame);
PG_FUNCTION_INFO_V1(rh_slot_get);
PG_FUNCTION_INFO_V1(rh_slot_set);

struct frame {
	struct frame *outer; /* of the call around */
	int32 number;
	uintptr_t stack; /* where it was made; stacks grow downwards */
	MemoryContext memory;
	char **value; /* by slot; NULL: NULL */
	int32 count;
};

static struct frame *innermost;
static int32 numbers;

static void forget_ended(uintptr_t stack)
{
	while (innermost && innermost->stack <= stack) {
		struct frame *ended = innermost;

		innermost = ended->outer;
		MemoryContextDelete(ended->memory); /* the frame is in it */
	}
}

/* rh.frame() returns int */
Datum rh_frame(PG_FUNCTION_ARGS)
{
	uintptr_t stack = (uintptr_t)__builtin_frame_address(0);
	MemoryContext memory;
	struct frame *made;

	(void)fcinfo;
	forget_ended(stack);
	memory = AllocSetContextCreate(TopMemoryContext, "rh frame", ALLOCSET_SMALL_SIZES);
	made = MemoryContextAllocZero(memory, sizeof(*made));
	made->outer = innermost;
	made->number = numbers = numbers == PG_INT32_MAX ? 1 : numbers + 1;
	made->stack = stack;
	made->memory = memory;
	innermost = made;
	PG_RETURN_INT32(made->number);
}

static struct frame *find(int32 number)
{
	struct frame *one = innermost;

	while (one && one->number != number)
		one = one->outer;
	if (!one)
		ora_error("00600", "internal error code, arguments: [frame]");
	return one;
}

/* rh.state_get(frame int, slot int) returns text */
Datum rh_slot_get(PG_FUNCTION_ARGS)
{
	const struct frame *frame = find(PG_GETARG_INT32(0));
	int32 slot = PG_GETARG_INT32(1);

	if (slot < 0 || slot >= frame->count || !frame->value[slot])
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(frame->value[slot]));
}

static void make_room(struct frame *frame, int32 slot)
{
	int32 count = slot + 8;
	char **value = MemoryContextAllocZero(frame->memory, (Size)count * sizeof(*value));

	for (int32 i = 0; i < frame->count; i++)
		value[i] = frame->value[i];
	if (frame->value)
		pfree(frame->value);
	frame->value = value;
	frame->count = count;
}

/* rh.state_set(frame int, slot int, value text) */
Datum rh_slot_set(PG_FUNCTION_ARGS)
{
	struct frame *frame = find(PG_GETARG_INT32(0));
	int32 slot = PG_GETARG_INT32(1);
	char *value = NULL;

	if (slot < 0)
		ora_error("00600", "internal error code, arguments: [slot]");
	if (slot >= frame->count)
		make_room(frame, slot);
	if (!PG_ARGISNULL(2))
		value = MemoryContextStrdup(frame->memory, text_to_cstring(PG_GETARG_TEXT_PP(2)));
	if (frame->value[slot])
		pfree(frame->value[slot]);
	frame->value[slot] = value;
	PG_RETURN_VOID();
}
