/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_SCREEN_H
#define GUESTTIME_SCREEN_H

#include "frame.h"
#include "view.h"

struct screen;

/**
 * screen_open - take over the terminal
 * @colour:	colours are welcome, if the terminal has them
 * @utf8:	so is UTF-8
 *
 * Return: NULL if the terminal cannot be used.
 */
struct screen *screen_open(bool colour, bool utf8);

/**
 * struct screen_text - what is on the screen besides the view
 * @interval:	seconds between updates
 * @replay:	it is a recording: "12/720", else NULL
 * @message:	to be shown in the last line, else NULL
 */
struct screen_text {
	double interval;
	const char *replay;
	const char *message;
};

/** screen_page - lines for rows, at the size that the terminal has now */
size_t screen_page(const struct screen *screen);

void screen_draw(struct screen *screen, const struct view *view, const struct frame *frame,
		 const struct screen_text *text);

/**
 * screen_key - take a key, if one was pressed
 * @typing:	keys are text
 * @c:		set to a byte of text, '\b' or '\0' if there is none
 *
 * Return: false if there is no more to take.
 */
bool screen_key(struct screen *screen, bool typing, enum view_key *key, char *c);

/** screen_close - give the terminal back */
void screen_close(struct screen *screen);

#endif
