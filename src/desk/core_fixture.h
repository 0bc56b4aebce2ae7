/*
 * core_fixture.h - the core, with a test in the place of the processes around
 * it: the test reads what they are asked, and answers as it likes.
 */
#pragma once

#include "desk/core.h"
#include "desk/desk_fixture.h"

struct stage {
	struct bench b;
	struct role role;
	struct core core;
	struct spool *spool;
	int parser, post, evidence; /* the test's ends; -1: none */
	unsigned stuck;             /* how often the core asked to end ... */
	enum role_name whom;        /* ... this one, the last time */
};

void stage_open(struct stage *s, void **state);
void stage_close(struct stage *s);
/* The core hears what has come. */
void stage_turn(struct stage *s);
/* The next frame at one of our ends must be of this type. */
void stage_frame(struct stage *s, int fd, uint16_t want, struct span *body);

void stage_hire_parser(struct stage *s);
void stage_hire_post(struct stage *s);
void stage_hire_evidence(struct stage *s);
void stage_parser_dies(struct stage *s);

/* A complete report by `from` comes into the spool. */
void stage_receive(struct stage *s, const char *from);
/* The parser reads its next mail as an honest one does. */
void stage_answer(struct stage *s);
