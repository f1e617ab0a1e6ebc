/*
 * test_control.c - two threads of one process talk over a socket in /tmp
 */
#include "control/control.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static bool on_echo(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	(void)owner, (void)err;
	return json_object_set(reply, "text", json_object_get(request, "text")) == 0;
}

static bool on_refuse(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	(void)owner, (void)request, (void)reply;
	return cw_fail(err, CW_ERR_RETRY, 4234, "not today");
}

/* Longer than an error is: it ends in the middle of a character. */
static bool on_lament(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	char text[1001];

	(void)owner, (void)request, (void)reply;
	for (size_t i = 0; i < sizeof(text) - 1; i += 2)
		memcpy(text + i, "\xd0\x96", 2);
	text[1000] = '\0';
	(void)cw_fail(err, CW_ERR_DATA, 8001, "ab%s", text);
	return cw_err_add(err, "caf\xe9");
}

static bool on_sleep(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	(void)owner, (void)request, (void)reply, (void)err;
	(void)usleep(300000);
	return true;
}

static const struct cw_control_verb verbs[] = {
	{ "echo", on_echo },   { "refuse", on_refuse }, { "lament", on_lament },
	{ "sleep", on_sleep }, { NULL, NULL },
};

struct place {
	char dir[64], path[256];
	struct cw_control *control;
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	struct cw_err err;

	(void)snprintf(place->dir, sizeof(place->dir), "/tmp/cw_control.XXXXXX");
	assert_non_null(mkdtemp(place->dir));
	(void)snprintf(place->path, sizeof(place->path), "%s/x.sock", place->dir);
	assert_true(cw_control_listen(place->path, verbs, NULL, &place->control, &err));
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	cw_control_close(place->control);
	assert_int_equal(rmdir(place->dir), 0); /* and the socket is gone with it */
	free(place);
	return 0;
}

static void a_request_has_its_reply(void **state)
{
	struct place *place = *state;
	json_t *request = json_pack("{s:s, s:s}", "do", "echo", "text", "a\nb"), *reply;
	struct cw_err err;

	assert_true(cw_control_call(place->path, request, 2000, &reply, &err));
	assert_string_equal(json_string_value(json_object_get(reply, "text")), "a\nb");
	json_decref(reply);
	json_decref(request);
}

static void a_refusal_keeps_code_kind_and_text(void **state)
{
	struct place *place = *state;
	struct cw_err err;
	json_t *reply;

	assert_false(cw_control_ask(place->path, "refuse", 2000, &reply, &err));
	assert_int_equal(err.code, 4234);
	assert_int_equal(err.kind, CW_ERR_RETRY);
	assert_string_equal(err.text, "not today");
	json_decref(reply);
	assert_false(cw_control_ask(place->path, "dance", 2000, &reply, &err));
	assert_int_equal(err.code, 4105);
	json_decref(reply);
}

/* JSON takes UTF-8 alone, and an answer that is none would be none at all. */
static void a_refusal_is_told_whatever_bytes_its_text_is_made_of(void **state)
{
	struct place *place = *state;
	struct cw_err err;
	json_t *reply;

	assert_false(cw_control_ask(place->path, "lament", 2000, &reply, &err));
	assert_int_equal(err.code, 8001);
	assert_int_equal(err.kind, CW_ERR_DATA);
	assert_int_equal(strncmp(err.text, "caf?: ab\xd0\x96", 10), 0);
	assert_int_equal(err.text[err.len - 1] & 0x7f, '?');
	json_decref(reply);
}

static void a_slow_verb_runs_into_the_deadline(void **state)
{
	struct place *place = *state;
	struct cw_err err;
	json_t *reply;

	assert_false(cw_control_ask(place->path, "sleep", 50, &reply, &err));
	assert_int_equal(err.code, 4104);
	assert_null(reply);
}

static void nobody_there_is_told_apart(void **state)
{
	struct cw_err err;
	json_t *reply;

	(void)state;
	assert_false(cw_control_ask("/tmp/cw_no_such_socket", "status", 50, &reply, &err));
	assert_int_equal(err.code, 4102);
	assert_int_equal(err.kind, CW_ERR_RETRY);
}

static void a_second_listener_is_refused(void **state)
{
	struct place *place = *state;
	struct cw_control *other;
	struct cw_err err;

	assert_false(cw_control_listen(place->path, verbs, NULL, &other, &err));
	assert_int_equal(err.code, 4101);
}

static void a_path_of_any_length_will_do(void **state)
{
	struct place *place = *state;
	struct cw_control *control;
	char dir[256], path[300];
	struct cw_err err;
	json_t *reply;

	(void)snprintf(dir, sizeof(dir), "%s/%0150d", place->dir, 7);
	(void)snprintf(path, sizeof(path), "%s/y.sock", dir);
	assert_int_equal(mkdir(dir, 0700), 0);
	assert_true(cw_control_listen(path, verbs, NULL, &control, &err));
	assert_true(cw_control_ask(path, "sleep", 2000, &reply, &err));
	json_decref(reply);
	cw_control_close(control);
	assert_int_equal(rmdir(dir), 0);
}

static bool on_event(void *owner, json_t *event)
{
	json_int_t *sum = owner;

	*sum += json_integer_value(json_object_get(event, "v"));
	return *sum < 111;
}

static void *publish_late(void *arg)
{
	(void)usleep(50000);
	cw_control_publish(arg, json_pack("{s:i}", "v", 100));
	return NULL;
}

static void an_attached_one_sees_old_and_new_events(void **state)
{
	struct place *place = *state;
	json_int_t sum = 0;
	struct cw_err err;
	pthread_t thread;

	cw_control_publish(place->control, json_pack("{s:i}", "v", 1000)); /* number 0 */
	cw_control_publish(place->control, json_pack("{s:i}", "v", 1));
	cw_control_publish(place->control, json_pack("{s:i}", "v", 10));
	assert_int_equal(pthread_create(&thread, NULL, publish_late, place->control), 0);
	assert_true(cw_control_attach(place->path, 1, on_event, &sum, &err));
	assert_int_equal(sum, 111);
	(void)pthread_join(thread, NULL);
}

static bool count_event(void *owner, json_t *event)
{
	(void)event;
	++*(int *)owner;
	return true;
}

static void *publish_many_and_close(void *arg)
{
	struct place *place = arg;

	(void)usleep(50000);
	for (int i = 0; i < 300; i++)
		cw_control_publish(place->control, json_pack("{s:i}", "v", i));
	cw_control_close(place->control);
	place->control = NULL;
	return NULL;
}

/* The last words of a process are what a person has to read. */
static void what_was_published_before_the_end_is_still_given(void **state)
{
	struct cw_err err;
	pthread_t thread;
	int count = 0;

	assert_int_equal(pthread_create(&thread, NULL, publish_many_and_close, *state), 0);
	assert_false(cw_control_attach(((struct place *)*state)->path, 0, count_event, &count, &err));
	(void)pthread_join(thread, NULL);
	assert_int_equal(err.code, 4103);
	assert_int_equal(count, 300);
}

static bool never(void *owner, struct cw_err *err)
{
	++*(int *)owner;
	return cw_fail(err, CW_ERR_CANCELLED, 4214, "nobody wants it");
}

static bool ever(void *owner, struct cw_err *err)
{
	(void)err;
	++*(int *)owner;
	return true;
}

static void an_answer_that_nobody_wants_any_more_is_not_waited_for(void **state)
{
	struct place *place = *state;
	json_t *request = json_pack("{s:s}", "do", "sleep"), *reply;
	struct cw_err err;
	int asked = 0;

	assert_false(cw_control_call_while(place->path, request, 0, never, &asked, &reply, &err));
	assert_int_equal(err.code, 4214);
	assert_int_equal(asked, 1);
	assert_true(cw_control_call_while(place->path, request, 0, ever, &asked, &reply, &err));
	assert_true(asked > 1);
	json_decref(reply);
	assert_false(cw_control_call_while(place->path, request, 50, ever, &asked, &reply, &err));
	assert_int_equal(err.code, 4104);
	json_decref(request);
}

/* As another account: does anybody answer?  Exit code 0: nobody did. */
static int ask_as(uid_t uid, const char *path)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct cw_err err;
		json_t *reply;

		if (setuid(uid) != 0)
			_exit(2);
		_exit(cw_control_ask(path, "sleep", 5000, &reply, &err) ? 1 : err.code == 4103 ? 0 : 3);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Whatever became of the folder's and the socket's modes.  Who is not root here cannot be another. */
static void only_the_same_account_is_answered(void **state)
{
	struct place *place = *state;

	assert_int_equal(chmod(place->dir, 0755), 0);
	assert_int_equal(chmod(place->path, 0666), 0);
	assert_int_equal(ask_as(getuid(), place->path), 1);
	if (getuid() == 0)
		assert_int_equal(ask_as(65534, place->path), 0);
}

/* What it is owed is more than its socket holds, and it reads no more of it than that it is attached. */
static void one_who_is_attached_and_does_not_read_holds_up_no_end(void **state)
{
	struct place *place = *state;
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char big[8192], line[1];

	(void)snprintf(at.sun_path, sizeof(at.sun_path), "%.100s", place->path);
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(write(fd, "{\"do\": \"attach\"}\n", 17), 17);
	assert_int_equal(read(fd, line, 1), 1);
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	for (int i = 0; i < 500; i++)
		cw_control_publish(place->control, json_pack("{s:s}", "what", big));
	cw_control_close(place->control);
	place->control = NULL;
	assert_int_equal(close(fd), 0);
}

static void one_who_does_not_read_the_reply_it_asked_for_holds_up_no_end(void **state)
{
	struct place *place = *state;
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	static char big[2u << 20];
	char request[64];
	size_t room = sizeof(big) - 64;

	(void)snprintf(at.sun_path, sizeof(at.sun_path), "%.100s", place->path);
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	memset(big, 'x', room);
	(void)snprintf(request, sizeof(request), "{\"do\": \"echo\", \"text\": \"");
	memcpy(big, request, strlen(request));
	memcpy(big + room, "\"}\n", 3);
	assert_int_equal(send(fd, big, room + 3, 0), (ssize_t)room + 3);
	(void)usleep(200000); /* the reply is being written */
	cw_control_close(place->control);
	place->control = NULL;
	assert_int_equal(close(fd), 0);
}

/* A process that hangs: it listens, and once those who wait are as many as it lets wait, nobody is connected. */
static void who_asks_a_process_that_accepts_nobody_is_told_soon_and_does_not_take_its_place(void **state)
{
	struct place *place = *state;
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), waits[64], count = 0;
	struct cw_control *other = NULL;
	struct cw_err err;
	json_t *reply;

	assert_int_equal(cw_control_listener(place->path), getpid());
	cw_control_close(place->control);
	place->control = NULL;
	assert_int_equal(cw_control_listener(place->path), 0);
	(void)snprintf(at.sun_path, sizeof(at.sun_path), "%.100s", place->path);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 1), 0);
	do
		waits[count] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	while (connect(waits[count++], (struct sockaddr *)&at, sizeof(at)) == 0);
	assert_false(cw_control_ask(place->path, "echo", 2000, &reply, &err));
	assert_int_equal(err.code, 4104);
	assert_false(cw_control_listen(place->path, verbs, NULL, &other, &err));
	assert_int_equal(err.code, 4101);
	while (count > 0)
		assert_int_equal(close(waits[--count]), 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(unlink(place->path), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_request_has_its_reply),
		TEST(a_refusal_keeps_code_kind_and_text),
		TEST(a_refusal_is_told_whatever_bytes_its_text_is_made_of),
		TEST(a_slow_verb_runs_into_the_deadline),
		TEST(nobody_there_is_told_apart),
		TEST(a_second_listener_is_refused),
		TEST(a_path_of_any_length_will_do),
		TEST(an_attached_one_sees_old_and_new_events),
		TEST(what_was_published_before_the_end_is_still_given),
		TEST(only_the_same_account_is_answered),
		TEST(an_answer_that_nobody_wants_any_more_is_not_waited_for),
		TEST(who_asks_a_process_that_accepts_nobody_is_told_soon_and_does_not_take_its_place),
		TEST(one_who_does_not_read_the_reply_it_asked_for_holds_up_no_end),
		TEST(one_who_is_attached_and_does_not_read_holds_up_no_end),
	};

	return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
