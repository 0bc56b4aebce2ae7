/* index.c - an index that is there: mapped, checked page by page, searched. */
#include "mirror/index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

static const size_t row_size[INDEX_SECTIONS] = {1, sizeof(struct index_path),
	sizeof(struct index_run), sizeof(struct index_blob), sizeof(uint32_t),
	sizeof(struct index_symbol), sizeof(struct index_line),
	sizeof(uint64_t)};

/* ---- opening ---- */

static bool
head_is_sound(const struct index_head *h, size_t size)
{
	struct hash sum =
		hash_of(span_make(h, offsetof(struct index_head, head)));
	uint64_t at = INDEX_PAGE;

	if (memcmp(sum.b, h->head, sizeof h->head) != 0)
		return false;
	for (size_t i = 0; i < INDEX_SECTIONS; i++) {
		if (h->section[i].at < at || h->section[i].at > size ||
			h->section[i].at % 8 != 0 ||
			h->section[i].n >
				(size - h->section[i].at) / row_size[i])
			return false;
		at = h->section[i].at + h->section[i].n * row_size[i];
	}
	uint64_t pages =
		(h->section[INDEX_SUMS].at + INDEX_PAGE - 1) / INDEX_PAGE;
	return at == size && h->section[INDEX_SUMS].n == pages;
}

static bool
sums_are_sound(const struct mirror_index *x)
{
	const struct index_head *h = &x->head;
	struct hash sum = hash_of(span_make(x->map + h->section[INDEX_SUMS].at,
		h->section[INDEX_SUMS].n * sizeof(uint64_t)));

	return memcmp(sum.b, h->sums, sizeof h->sums) == 0;
}

static bool
check(struct mirror_index *x, const struct mirror *m, struct err *err)
{
	if (x->size < INDEX_PAGE)
		return err_set(err, ERR_BROKEN, "the index is cut short");
	memcpy(&x->head, x->map, sizeof x->head);
	if (memcmp(x->head.magic, "PRQindex", 8) != 0 ||
		x->head.format != INDEX_FORMAT)
		return err_set(err, ERR_BROKEN,
			"the index has a format that this version does not read");
	if (!head_is_sound(&x->head, x->size) || !sums_are_sound(x))
		return err_set(err, ERR_BROKEN, "the index is damaged");
	if (memcmp(x->head.version, m->version, sizeof x->head.version) != 0 ||
		x->head.n_tags != m->n_tags)
		return err_set(err, ERR_BROKEN,
			"the index belongs to another state of the mirror");
	return true;
}

bool
mirror_index_open(struct mirror_index **out, const struct mirror *m,
	const char *file, struct err *err)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	void *map = MAP_FAILED;

	if (fd < 0)
		return err_set(err, ERR_BROKEN, "cannot read the index: %s",
			strerror(errno));
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd,
			0);
	(void)close(fd);
	if (map == MAP_FAILED)
		return err_set(err, ERR_BROKEN, "the index cannot be mapped");

	struct mirror_index *x = mem_new(sizeof *x);
	x->map = map;
	x->size = (size_t)st.st_size;
	x->checked = mem_new(x->size / INDEX_PAGE / 8 + 1);
	(void)madvise(map, x->size, MADV_RANDOM);
	if (!check(x, m, err)) {
		mirror_index_close(x);
		return false;
	}
	*out = x;
	return true;
}

void
mirror_index_close(struct mirror_index *x)
{
	if (x == NULL)
		return;
	(void)munmap((void *)(uintptr_t)x->map, x->size);
	free(x->checked);
	free(x);
}

/* ---- bytes ---- */

static bool
page_is_sound(struct mirror_index *x, uint64_t page)
{
	uint64_t end = x->head.section[INDEX_SUMS].at, sum;
	uint64_t from = page * INDEX_PAGE, to = from + INDEX_PAGE;

	if (x->checked[page / 8] >> (page % 8) & 1)
		return true;
	to = to < end ? to : end;
	struct hash h = hash_of(span_make(x->map + from, to - from));
	memcpy(&sum, x->map + end + page * sizeof sum, sizeof sum);
	if (memcmp(&sum, h.b, sizeof sum) != 0)
		return false;
	x->checked[page / 8] |= (unsigned char)(1u << (page % 8));
	return true;
}

static bool
bytes_are_sound(struct mirror_index *x, uint64_t at, size_t n)
{
	for (uint64_t p = at / INDEX_PAGE; p <= (at + n - 1) / INDEX_PAGE; p++)
		if (!page_is_sound(x, p)) {
			x->damaged = true;
			return false;
		}
	return true;
}

const void *
index_row(struct mirror_index *x, enum index_section s, uint64_t i, size_t size)
{
	static const uint64_t zeros[16];
	uint64_t at = x->head.section[s].at + i * size;

	if (i >= x->head.section[s].n || size != row_size[s]) {
		x->damaged = true;
		return zeros;
	}
	return bytes_are_sound(x, at, size) ? x->map + at : (const void *)zeros;
}

const char *
index_text(struct mirror_index *x, uint32_t at)
{
	uint64_t start = x->head.section[INDEX_TEXTS].at;
	uint64_t n = x->head.section[INDEX_TEXTS].n, i = at;

	while (i < n && bytes_are_sound(x, start + i, 1)) {
		uint64_t page_end =
			((start + i) / INDEX_PAGE + 1) * INDEX_PAGE - start;
		uint64_t end = page_end < n ? page_end : n;

		if (memchr(x->map + start + i, '\0', end - i) != NULL)
			return (const char *)x->map + start + at;
		i = end;
	}
	x->damaged = true;
	return "";
}

/* ---- searching ---- */

typedef int compare(struct mirror_index *x, uint64_t i, const void *key);

/* The first row that is not below the key (or, `after`, above it). */
static uint64_t
bound(struct mirror_index *x, enum index_section s, compare *cmp,
	const void *key, bool after)
{
	uint64_t low = 0, high = x->head.section[s].n;

	while (low < high) {
		uint64_t mid = low + (high - low) / 2;
		int c = cmp(x, mid, key);

		if (c < 0 || (after && c == 0))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int
by_base(struct mirror_index *x, uint64_t i, const void *key)
{
	const struct index_path *p = INDEX_ROW(x, INDEX_PATHS, i, index_path);

	return strcmp(index_text(x, p->base), key);
}

static int
by_name(struct mirror_index *x, uint64_t i, const void *key)
{
	const struct index_symbol *s =
		INDEX_ROW(x, INDEX_SYMBOLS, i, index_symbol);

	return strcmp(index_text(x, s->name), key);
}

static int
by_hash(struct mirror_index *x, uint64_t i, const void *key)
{
	uint32_t a = INDEX_ROW(x, INDEX_LINES, i, index_line)->hash;
	uint32_t b = *(const uint32_t *)key;

	return (a > b) - (a < b);
}

void
index_find_base(
	struct mirror_index *x, const char *base, uint64_t *from, uint64_t *to)
{
	*from = bound(x, INDEX_PATHS, by_base, base, false);
	*to = bound(x, INDEX_PATHS, by_base, base, true);
}

void
index_find_symbol(
	struct mirror_index *x, const char *name, uint64_t *from, uint64_t *to)
{
	*from = bound(x, INDEX_SYMBOLS, by_name, name, false);
	*to = bound(x, INDEX_SYMBOLS, by_name, name, true);
}

void
index_find_line(
	struct mirror_index *x, uint32_t hash, uint64_t *from, uint64_t *to)
{
	*from = bound(x, INDEX_LINES, by_hash, &hash, false);
	*to = bound(x, INDEX_LINES, by_hash, &hash, true);
}

int64_t
index_blob_at(struct mirror_index *x, const struct index_path *p, unsigned tag)
{
	uint64_t low = p->runs, high = (uint64_t)p->runs + p->n_runs;

	while (low < high) {
		uint64_t mid = low + (high - low) / 2;
		const struct index_run *r =
			INDEX_ROW(x, INDEX_RUNS, mid, index_run);

		if (x->damaged)
			return -1;
		if (tag < r->from)
			high = mid;
		else if (tag > r->to)
			low = mid + 1;
		else
			return r->blob;
	}
	return -1;
}

/* What people add to the line that they mean: "x = y  # <-- here". */
static struct span
without_comment(struct span s)
{
	static const char *const marks[] = {
		"  #", " # <", " #<", "  //", " // <"};
	size_t first = span_find_byte(s, '#'), slash = span_find(s, "//");

	if (first == s.n && slash == s.n)
		return s;
	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		s = span_cut(s, 0, span_find(s, marks[i]));
	return s;
}

size_t
index_line_hash(struct span line, uint32_t *hash)
{
	uint32_t h = 2166136261u;
	size_t n = 0;

	line = without_comment(span_trim(line));
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] > ' ') {
			h = (h ^ line.p[i]) * 16777619u;
			n++;
		}
	*hash = h;
	return n;
}
