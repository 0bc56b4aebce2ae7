/* duty.c - promises that run, of cases and of items in a queue. */
#include <string.h>

#include "base/mem.h"
#include "store/store_impl.h"

bool
duty_save(struct store *s, int64_t owner, const struct duty *d, size_t place,
	struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_DUTY_SAVE);

	bind_i64(q, owner);
	bind_text(q, duty_names[d->name]);
	bind_i64(q, d->round);
	bind_text(q, duty_state_names[d->state]);
	bind_text(q, strength_names[d->strength]);
	bind_text(q, d->clause);
	bind_text(q, d->trigger);
	bind_i64(q, d->business_days);
	bind_text(q, d->zone);
	bind_text(q, d->calendar);
	bind_i64(q, d->started.ms);
	bind_i64(q, d->due.ms);
	bind_i64(q, d->due_day.n);
	bind_i64(q, d->kept_at.ms);
	bind_i64(q, (int64_t)place);
	return stmt_run(q, err);
}

bool
store_duty_save(struct store *s, const char *owner, const struct duty *d,
	struct err *err)
{
	int64_t id;

	return owner_id(s, owner, &id, err) && duty_save(s, id, d, 0, err);
}

static bool
read_duty(
	const struct stmt *q, struct arena *a, struct duty *d, struct err *err)
{
	int name, state, strength;

	if (!word_read(duty_names, DUTY_COUNT, col_text(q, 1), "duty.name",
		    &name, err) ||
		!word_read(duty_state_names, DUTY_STATE_COUNT, col_text(q, 3),
			"duty.state", &state, err) ||
		!word_read(strength_names, STRENGTH_BEST_EFFORT + 1,
			col_text(q, 4), "duty.strength", &strength, err))
		return false;
	d->name = (enum duty_name)name;
	d->round = (unsigned)col_i64(q, 2);
	d->state = (enum duty_state)state;
	d->strength = (enum strength)strength;
	d->clause = arena_strdup(a, col_text(q, 5));
	d->trigger = arena_strdup(a, col_text(q, 6));
	d->business_days = (unsigned)col_i64(q, 7);
	d->zone = arena_strdup(a, col_text(q, 8));
	d->calendar = arena_strdup(a, col_text(q, 9));
	d->started.ms = col_i64(q, 10);
	d->due.ms = col_i64(q, 11);
	d->due_day.n = (int32_t)col_i64(q, 12);
	d->kept_at.ms = col_i64(q, 13);
	return true;
}

bool
duties_of(struct store *s, struct arena *a, int64_t owner, struct duty **out,
	size_t *n, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_DUTY_OF);
	AUTO(rows_fini) struct rows rows = {0};
	bool row = true;

	bind_i64(q, owner);
	while (row) {
		if (!stmt_step(q, &row, err))
			return false;
		if (row && !read_duty(q, a, rows_add(&rows, sizeof **out), err))
			return false;
	}
	*out = rows_take(&rows, a);
	*n = rows.n;
	return true;
}

bool
store_duties_of(struct store *s, struct arena *a, const char *owner,
	struct duty **out, size_t *n, struct err *err)
{
	int64_t id;

	return owner_id(s, owner, &id, err) && duties_of(s, a, id, out, n, err);
}

bool
store_duties(struct store *s, struct arena *a, unsigned limit,
	struct duty_row **out, size_t *n, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_DUTY_RUNNING);
	AUTO(rows_fini) struct rows rows = {0};
	bool row = true;

	bind_i64(q, limit);
	while (row) {
		if (!stmt_step(q, &row, err))
			return false;
		if (!row)
			break;
		struct duty_row *d = rows_add(&rows, sizeof *d);
		if (!read_duty(q, a, &d->duty, err))
			return false;
		d->owner = owner_text(a, col_i64(q, 0), col_text(q, 14));
	}
	*out = rows_take(&rows, a);
	*n = rows.n;
	return true;
}
