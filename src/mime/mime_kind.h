/*
 * mime_kind.h - what sort of mail it is, and may a machine answer it.
 *
 * Private to mime. Two tables, read from the top: the first row that holds
 * decides. mime_headers(), mime_text() and mime_attachments() come before.
 */
#pragma once

#include "mime/mime_tree.h"

void mime_kind(struct mime *x);
