/*
 * claims.c - how long a report's claims take against a large repository.
 *
 * Makes one of 10,000 files and 500 tags with libgit2 in a temporary folder,
 * mirrors it, and looks up all claims of a report: again and again in one
 * process (warm), and in a new process each time whose files have been
 * dropped from the page cache (cold; as far as the kernel obliges). Then how
 * the index grows. Figures in JSON, for bench/run; exit status 1 if a look
 * takes longer than the product promises.
 *
 *	build/bench/bench_claims [FOLDER]
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "mirror/index.h"
#include "mirror/mirror_folder.h"
#include "sys/files.h"
#include "sys/loop.h"

enum {
	FOLDERS = 200,
	FILES = 50, /* of each */
	TAGS = 500,
	CHANGED = 20, /* files from one tag to the next */
	DEFS = 10,    /* functions of a file */
	WARM_RUNS = 50,
	COLD_RUNS = 7,
	WARM_MS = 20,
	COLD_MS = 200,
};

struct world {
	struct arena *a;
	git_repository *repo;
	git_oid file[FOLDERS][FILES], folder[FOLDERS];
	unsigned version[FOLDERS][FILES];
	uint32_t random;
};

static unsigned
random_below(struct world *w, unsigned n)
{
	w->random = w->random * 1664525u + 1013904223u;
	return (w->random >> 8) % n;
}

static double
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
must(bool holds, const char *what)
{
	if (holds)
		return;
	(void)fprintf(stderr, "bench_claims: %s: %s\n", what,
		git_error_last() ? git_error_last()->message : "");
	exit(2);
}

/* ---- the repository ---- */

static void
write_file(struct world *w, unsigned d, unsigned f)
{
	struct str s;

	str_init(&s, 1 << 16);
	str_printf(&s,
		"\"\"\"Module %u of folder %u.\"\"\"\nimport os\n\n\n"
		"class Part%u_%u:\n",
		f, d, d, f);
	for (unsigned i = 0; i < DEFS; i++) {
		str_printf(&s, "    def handle_%u_%u_%u(self, request):\n", d,
			f, i);
		for (unsigned k = 0; k < 8; k++)
			str_printf(&s,
				"        value_%u = self.read_%u(request"
				", %u)  # step\n",
				k, f, d * 1000 + i * 10 + k);
		str_printf(&s, "        return value_%u + %u\n\n", i % 8,
			i == w->version[d][f] % DEFS ? w->version[d][f] : i);
	}
	must(git_blob_create_from_buffer(
		     &w->file[d][f], w->repo, s.text, s.n) == 0,
		"a file");
	str_fini(&s);
}

static void
write_folder(struct world *w, unsigned d)
{
	git_treebuilder *b = NULL;
	char name[32];

	must(git_treebuilder_new(&b, w->repo, NULL) == 0, "a folder");
	for (unsigned f = 0; f < FILES; f++) {
		(void)snprintf(name, sizeof name, "module%u.py", f);
		must(git_treebuilder_insert(NULL, b, name, &w->file[d][f],
			     GIT_FILEMODE_BLOB) == 0,
			"a folder's entry");
	}
	must(git_treebuilder_write(&w->folder[d], b) == 0, "a folder");
	git_treebuilder_free(b);
}

static void
write_root(struct world *w, git_oid *tree)
{
	git_treebuilder *b = NULL;
	char name[32];

	must(git_treebuilder_new(&b, w->repo, NULL) == 0, "the root");
	for (unsigned d = 0; d < FOLDERS; d++) {
		(void)snprintf(name, sizeof name, "part%u", d);
		must(git_treebuilder_insert(NULL, b, name, &w->folder[d],
			     GIT_FILEMODE_TREE) == 0,
			"the root's entry");
	}
	must(git_treebuilder_write(tree, b) == 0, "the root");
	git_treebuilder_free(b);
}

static void
write_tag(struct world *w, unsigned t, git_oid *last)
{
	git_signature *who = NULL;
	git_commit *parent = NULL;
	git_tree *tree = NULL;
	git_oid root, ref_id;
	git_reference *ref = NULL;
	char name[64];

	write_root(w, &root);
	must(git_signature_new(
		     &who, "a", "a@b.example", 1600000000 + t * 3600, 0) == 0 &&
			git_tree_lookup(&tree, w->repo, &root) == 0 &&
			(t == 0 ||
				git_commit_lookup(&parent, w->repo, last) == 0),
		"a commit's parts");
	const git_commit *parents[1] = {parent};
	must(git_commit_create(&ref_id, w->repo, NULL, who, who, NULL, "x",
		     tree, t > 0, parents) == 0,
		"a commit");
	*last = ref_id;
	(void)snprintf(
		name, sizeof name, "refs/tags/v%u.%u.0", t / 50 + 1, t % 50);
	must(git_reference_create(&ref, w->repo, name, last, 1, NULL) == 0,
		"a tag");
	git_reference_free(ref);
	git_signature_free(who);
	git_commit_free(parent);
	git_tree_free(tree);
}

static void
make_repository(struct world *w, const char *path)
{
	git_oid last = {{0}};
	git_reference *ref = NULL;

	must(git_repository_init(&w->repo, path, 1) == 0, "a repository");
	for (unsigned d = 0; d < FOLDERS; d++) {
		for (unsigned f = 0; f < FILES; f++)
			write_file(w, d, f);
		write_folder(w, d);
	}
	for (unsigned t = 0; t < TAGS; t++) {
		bool dirty[FOLDERS] = {false};

		for (unsigned i = 0; t > 0 && i < CHANGED; i++) {
			unsigned d = random_below(w, FOLDERS);
			unsigned f = random_below(w, FILES);

			w->version[d][f] = t;
			write_file(w, d, f);
			dirty[d] = true;
		}
		for (unsigned d = 0; d < FOLDERS; d++)
			if (dirty[d])
				write_folder(w, d);
		write_tag(w, t, &last);
	}
	must(git_reference_create(
		     &ref, w->repo, "refs/heads/main", &last, 1, NULL) == 0,
		"a branch");
	git_reference_free(ref);
	git_repository_free(w->repo);
}

/* ---- the report ---- */

/* Forty claims as a long report has them, some of them invented, and quotes
 * with and without the name of their file. */
static const struct report *
make_report(struct arena *a)
{
	struct str s;

	str_init(&s, 1 << 16);
	str_puts(&s, "The flaw was seen in version 5.3.0.\n\n");
	for (unsigned i = 0; i < 8; i++) {
		str_printf(&s,
			"In part%u/module%u.py, line %u, the method "
			"`Part%u_%u.handle_%u_%u_%u()` reads it.\n\n",
			i * 20, i * 5, 15 + i, i * 20, i * 5, i * 20, i * 5, i);
		str_printf(&s,
			"The function `invented_name_%u()` is in "
			"module%u.py.\n\n",
			i, i);
	}
	for (unsigned i = 0; i < 3; i++)
		str_printf(&s,
			"The vulnerable code:\n\n```python\n"
			"    value_1 = self.read_%u(request, %u)\n"
			"    value_2 = self.read_%u(request, %u)\n```\n\n",
			i * 7, i * 31000 + 41, i * 7, i * 31000 + 42);
	str_puts(&s,
		"The vulnerable code in part3/module4.py:\n\n```python\n"
		"    token = jwt.decode(raw, verify=False)\n"
		"    return Session(token).user\n```\n");
	struct message m = {.kind = MAIL_PERSON,
		.subject = "x",
		.from = "a@b.example",
		.body = BODY_PLAIN,
		.text = arena_strdup(a, s.text)};
	str_fini(&s);
	return report_find(a, &m);
}

static struct evidence *
look(struct mirror *m, struct arena *a, const struct report *r)
{
	struct evidence *e = NULL;
	struct err err;

	must(mirror_look(m, a, r, 10000, &e, &err), "a look");
	return e;
}

static int
by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double
warm(struct mirror *m, const struct report *r)
{
	double took[WARM_RUNS];

	for (size_t i = 0; i < WARM_RUNS; i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		double start = now_ms();

		(void)look(m, a, r);
		took[i] = now_ms() - start;
	}
	qsort(took, WARM_RUNS, sizeof *took, by_value);
	return took[WARM_RUNS / 2];
}

/* ---- cold ---- */

static void
forget(struct arena *a, const char *folder)
{
	DIR *d = opendir(folder);
	const struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL) {
		const char *path = arena_printf(a, "%s/%s", folder, e->d_name);
		struct stat st;

		if (e->d_name[0] == '.' || stat(path, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode)) {
			forget(a, path);
			continue;
		}
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		(void)fsync(fd);
		(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
		(void)close(fd);
	}
	if (d != NULL)
		(void)closedir(d);
}

/* In the new process: from nothing to all answers. */
static int
cold_child(const char *path)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct mirror *m = NULL;
	struct err err;

	hash_init();
	const struct report *r = make_report(a);
	double start = now_ms();
	must(mirror_open(&m, path, &err), "the mirror");
	(void)look(m, a, r);
	(void)printf("%.3f\n", now_ms() - start);
	mirror_close(m);
	return 0;
}

static double
cold(struct arena *a, const char *self, const char *path)
{
	double took[COLD_RUNS];
	const char *command = arena_printf(a, "%s --cold %s", self, path);

	for (size_t i = 0; i < COLD_RUNS; i++) {
		forget(a, path);
		FILE *f = popen(command, "r");

		must(f != NULL && fscanf(f, "%lf", &took[i]) == 1 &&
				pclose(f) == 0,
			"a new process");
	}
	qsort(took, COLD_RUNS, sizeof *took, by_value);
	return took[COLD_RUNS / 2];
}

/* ---- growth ---- */

static void
growth(struct arena *a, const struct mirror *m, const char *folder)
{
	static const size_t tags[] = {1, 100, 200, 500};

	(void)printf(" \"growth\": [");
	for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
		struct mirror part = *m;
		const char *file = arena_printf(a, "%s/index%zu", folder, i);
		struct mirror_index *x = NULL;
		struct stat st;
		struct err err;
		double start = now_ms();

		part.n_tags = tags[i];
		must(mirror_index_make(&part, file, loop_now() + 600000, &err),
			"an index");
		double took = now_ms() - start;
		must(stat(file, &st) == 0 &&
				mirror_index_open(&x, &part, file, &err),
			"the index");
		(void)printf("%s{\"tags\": %zu, \"ms\": %.0f, \"bytes\": %lld, "
			     "\"blobs\": %llu, \"runs\": %llu, \"symbols\": "
			     "%llu, \"lines\": %llu}",
			i ? ", " : "", tags[i], took, (long long)st.st_size,
			(unsigned long long)x->head.section[INDEX_BLOBS].n,
			(unsigned long long)x->head.section[INDEX_RUNS].n,
			(unsigned long long)x->head.section[INDEX_SYMBOLS].n,
			(unsigned long long)x->head.section[INDEX_LINES].n);
		mirror_index_close(x);
	}
	(void)printf("]}\n");
}

static void
count(const struct evidence *e)
{
	size_t n[CLAIM_STATUS_COUNT] = {0};

	for (size_t i = 0; i < e->n_claims; i++)
		n[e->claims[i].status]++;
	(void)printf("{\"claims\": %zu, \"tag\": \"%s\", \"answers\": {",
		e->n_claims, e->tag);
	for (size_t i = 0; i < CLAIM_STATUS_COUNT; i++)
		(void)printf("%s\"%s\": %zu", i ? ", " : "",
			claim_status_names[i], n[i]);
	(void)printf("},\n");
}

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--cold") == 0)
		return cold_child(argv[2]);
	struct world *w = mem_new(sizeof *w);
	struct mirror *m = NULL;
	struct mirror_news news;
	struct err err = {0};

	w->a = arena_new();
	char *folder = arena_printf(w->a, "%s/pratique-claims-XXXXXX",
		argc > 1 ? argv[1] : "/var/tmp");
	must(mkdtemp(folder) != NULL, "a temporary folder");
	hash_init();
	(void)git_libgit2_init();
	const char *source = arena_printf(w->a, "%s/source.git", folder);
	const char *path = arena_printf(w->a, "%s/BENCH.git", folder);
	make_repository(w, source);
	const struct mirror_source from = {.from = source,
		.limit_ms = 600000,
		.max_bytes = 1u << 30,
		.doors_may_stay_open = true};
	double start = now_ms();
	if (!mirror_fetch(w->a, path, &from, &news, &err) ||
		!mirror_open(&m, path, &err)) {
		(void)fprintf(stderr, "bench_claims: %s\n", err.text);
		return 2;
	}
	double fetched = now_ms() - start;
	const struct report *r = make_report(w->a);
	count(look(m, w->a, r));
	double is_warm = warm(m, r), is_cold = cold(w->a, argv[0], path);
	(void)printf(" \"warm_ms\": %.3f, \"cold_ms\": %.3f, \"fetch_ms\": "
		     "%.0f,\n",
		is_warm, is_cold, fetched);
	growth(w->a, m, folder);
	mirror_close(m);
	(void)folder_remove(folder, &err);
	arena_free(w->a);
	free(w);
	return is_warm > WARM_MS || is_cold > COLD_MS;
}
