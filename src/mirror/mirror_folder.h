/*
 * mirror_folder.h - the folders that an update makes, exchanges and removes.
 *
 * Done by the process that started the update, which reads no foreign byte.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"

/* Removes a folder and all in it without following a link; what is not there
 * is fine. */
bool folder_remove(const char *path, struct err *err);
/* An empty bare repository. */
bool folder_make(struct arena *a, const char *path, struct err *err);
/* The packs of `old` are linked (or copied) into `fresh`, so that a fetch asks
 * only for what is missing. Not begun: it has collected too many packs, and
 * one new one shall take their place. */
bool folder_begin_with(struct arena *a, const char *old, const char *fresh,
	bool *begun, struct err *err);
/* `fresh` takes the place of `path` in one step; then `fresh` is what was
 * there before, or nothing. */
bool folder_exchange(const char *path, const char *fresh, struct err *err);
/* After a death in the midst of an exchange. */
void folder_recover(const char *path);
/* All of it to this user; the group stays. */
bool folder_give(const char *path, unsigned uid, struct err *err);
