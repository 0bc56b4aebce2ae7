/*
 * replay.c - main() of a fuzzer that is built without libFuzzer: each file
 * named, and each file in a folder named, is one input; so is no byte.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

static unsigned inputs;

/* Exactly as long as the file, so that a sanitizer sees one byte too far. */
static int
replay_file(const char *path, size_t size)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = malloc(size ? size : 1);
	int bad = 1;

	if (f != NULL && data != NULL && fread(data, 1, size, f) == size) {
		(void)fprintf(stderr, "# %s\n", path);
		(void)LLVMFuzzerTestOneInput(data, size);
		inputs++;
		bad = 0;
	} else {
		perror(path);
	}
	free(data);
	if (f != NULL)
		(void)fclose(f);
	return bad;
}

static int
replay(const char *path)
{
	struct stat st;
	DIR *dir;
	int bad = 0;

	if (stat(path, &st) != 0) {
		perror(path);
		return 1;
	}
	if (S_ISREG(st.st_mode))
		return replay_file(path, (size_t)st.st_size);
	dir = opendir(path);
	if (dir == NULL) {
		perror(path);
		return 1;
	}
	for (const struct dirent *e; (e = readdir(dir)) != NULL;) {
		char inner[4096];

		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(inner, sizeof inner, "%s/%s", path, e->d_name);
		bad += replay(inner);
	}
	(void)closedir(dir);
	return bad;
}

int
main(int argc, char **argv)
{
	int bad = 0;

	(void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++)
		bad += replay(argv[i]);
	printf("%u inputs replayed, %d could not be read\n", inputs, bad);
	return bad > 0;
}
