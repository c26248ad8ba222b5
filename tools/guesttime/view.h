/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_VIEW_H
#define GUESTTIME_VIEW_H

#include "column.h"
#include "frame.h"

#define VIEW_FILTER_MAX	63

/* Actions of keys, whatever the terminal calls the keys. */
enum view_key {
	VIEW_NONE,
	VIEW_QUIT,
	VIEW_UP,
	VIEW_DOWN,
	VIEW_PAGE_UP,
	VIEW_PAGE_DOWN,
	VIEW_FIRST,
	VIEW_LAST,
	VIEW_OPEN,		/* show a VM's vCPUs, or no more */
	VIEW_SORT,		/* by the next column */
	VIEW_REVERSE,
	VIEW_FILTER,		/* begin to type one */
	VIEW_PAUSE,
	VIEW_HELP,
	VIEW_BACK,		/* of a recording */
	VIEW_FORTH,
	VIEW_BACK_MANY,
	VIEW_FORTH_MANY,
	VIEW_ESCAPE,
};

struct view_line {
	const struct row *row;
	bool thread;
};

/**
 * struct view - what is on the screen, without how it gets there
 * @sort:	of VMs
 * @filter:	text that names, uuids, domains or pods of VMs shown contain
 * @typing:	the filter is being typed
 * @paused:	the screen stands still
 * @help:	the help is shown
 * @open:	process whose vCPUs are shown, 0 for none
 * @pid, @tid:	the selected line
 * @lines:	all lines, whether there is room for them or not
 * @at:		index of the selected line
 * @first:	index of the line at the top
 * @page:	lines that there is room for
 *
 * Zero-initialise but for @sort; view_free() when done.
 */
struct view {
	struct sort_order sort;
	char filter[VIEW_FILTER_MAX + 1];
	bool typing;
	bool paused;
	bool help;
	uint32_t open;
	uint32_t pid;
	uint32_t tid;
	struct view_line *lines;
	size_t n;
	size_t room;
	size_t at;
	size_t first;
	size_t page;
};

/**
 * view_show - choose and order the lines of a frame
 * @page:	lines that there is room for
 *
 * Orders the rows of @frame, which has to live on. Return: 0 or -ENOMEM.
 */
int view_show(struct view *view, struct frame *frame, size_t page);

/**
 * view_closely - the VMs whose threads the next frame should have
 *
 * Those on the screen; all of them until there are some, or if the order depends on
 * their threads. Return: 0 or -ENOMEM.
 */
int view_closely(const struct view *view, struct proc_closely *closely);

/**
 * view_press - a key
 *
 * Return: false to quit. Lines change with the next view_show().
 */
bool view_press(struct view *view, enum view_key key);

/** view_type - a byte of a filter that is being typed; '\b' takes one back */
void view_type(struct view *view, char c);

void view_free(struct view *view);

#define VIEW_PARTS	5	/* guest user, system, unclassified, host user, system */

/**
 * view_bar - the cells of a bar
 * @split:	percent
 * @full:	percent that fills the bar
 * @width:	cells
 * @cells:	how many of each part; their sum is at most @width
 */
void view_bar(const struct cpu_split *split, double full, size_t width,
	      size_t cells[VIEW_PARTS]);

#endif
