// SPDX-License-Identifier: GPL-2.0-only
/* guesttime top on the terminal: ncurses. */
#define NCURSES_WIDECHAR 1
#include "screen.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "escape.h"
#include "member.h"
#include "vm_cmdline.h"

#define HEADER_LINES	4
#define FOOTER_LINES	1
#define BAR_MIN		8
#define WIDE		110	/* from here on there is room for numbers of processes */
#define ESCAPE_DELAY_MS	25

/* The parts of a bar, in its order. */
static const struct {
	const char *name;
	const char *utf8;
	char ascii;
	short colour;
} parts[VIEW_PARTS] = {
	{ "guest user", "\xe2\x96\x88", '#', COLOR_GREEN },
	{ "guest system", "\xe2\x96\x93", '+', COLOR_CYAN },
	{ "unclassified", "\xe2\x96\x91", '?', COLOR_YELLOW },
	{ "host user", "\xe2\x96\x84", '=', COLOR_BLUE },
	{ "host system", "\xe2\x96\x81", '-', COLOR_RED },
};

static const enum column_id numbers[] = {
	COLUMN_TOTAL, COLUMN_GUEST_USER, COLUMN_GUEST_SYSTEM, COLUMN_UNCLASSIFIED,
	COLUMN_HOST_USER, COLUMN_HOST_SYSTEM, COLUMN_WAIT,
};

#define NUMBERS	(sizeof(numbers) / sizeof(numbers[0]))

struct screen {
	SCREEN *term;
	bool colour;
	bool utf8;
};

struct screen *screen_open(bool colour, bool utf8)
{
	struct screen *screen = calloc(1, sizeof(*screen));
	short i;

	if (!screen)
		return NULL;
	screen->term = newterm(NULL, stdout, stdin);
	if (!screen->term) {
		free(screen);
		return NULL;
	}
	screen->utf8 = utf8;
	screen->colour = colour && has_colors();
	if (screen->colour) {
		start_color();
		use_default_colors();
		for (i = 0; i < VIEW_PARTS; i++)
			init_pair((short)(i + 1), parts[i].colour, -1);
	}
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(ESCAPE_DELAY_MS);
	curs_set(0);
	return screen;
}

size_t screen_page(const struct screen *screen)
{
	(void)screen;
	return LINES > HEADER_LINES + FOOTER_LINES ?
	       (size_t)(LINES - HEADER_LINES - FOOTER_LINES) : 1;
}

/* Writes on a line as long as it has room. Returns the column after it. */
static int put(int line, int column, const char *text)
{
	if (line >= LINES || column >= COLS)
		return column;
	mvaddnstr(line, column, text, -1);
	/* The next line is drawn over text that wrapped. */
	if (getcury(stdscr) != line)
		return COLS;
	return getcurx(stdscr);
}

/* A name, made safe, in a field of @width columns. */
static int put_name(const struct screen *screen, int line, int column, const char *name, int width)
{
	char text[ESCAPE_ROOM(VM_NAME_MAX)];

	if (column + width > COLS)
		width = COLS - column;
	if (width <= 0)
		return COLS;
	escape_terminal(name, screen->utf8, (size_t)width, text, sizeof(text));
	put(line, column, text);
	return column + width;
}

static int number_width(void)
{
	return COLS < WIDE ? 5 : 7;
}

static void format_number(struct value v, char *buf, size_t size)
{
	if (!v.known)
		snprintf(buf, size, "-");
	else
		snprintf(buf, size, "%.*f", v.v < 999.95 || COLS >= WIDE ? 1 : 0, v.v);
}

static int put_number(int line, int column, struct value v)
{
	char number[32], field[40];

	if (column + number_width() + 1 > COLS)
		return COLS;
	format_number(v, number, sizeof(number));
	snprintf(field, sizeof(field), " %*s", number_width(), number);
	return put(line, column, field);
}

static int name_width(void)
{
	return COLS < WIDE ? 14 : COLS / 5 < 40 ? COLS / 5 : 40;
}

static int put_part(const struct screen *screen, int line, int column, int part, size_t cells)
{
	char text[8];

	snprintf(text, sizeof(text), "%s", screen->utf8 ? parts[part].utf8 :
		 (const char[]){ parts[part].ascii, '\0' });
	if (screen->colour)
		attron(COLOR_PAIR(part + 1));
	while (cells--)
		column = put(line, column, text);
	if (screen->colour)
		attroff(COLOR_PAIR(part + 1));
	return column;
}

static void put_bar(const struct screen *screen, int line, int column,
		    const struct cpu_split *split, double full)
{
	size_t cells[VIEW_PARTS];
	int i, width = COLS - column - 1;

	if (width < BAR_MIN)
		return;
	column++;
	view_bar(split, full, (size_t)width, cells);
	for (i = 0; i < VIEW_PARTS; i++)
		column = put_part(screen, line, column, i, cells[i]);
}

static void draw_title(const struct screen *screen, const struct view *view,
		       const struct frame *frame, const struct screen_text *text)
{
	char buf[256], time[32];
	double vcpus = 0;
	size_t i;
	int at;

	for (i = 0; i < frame->vms.n; i++)
		vcpus += frame->vms.v[i].vcpus.known ? frame->vms.v[i].vcpus.v : 0;
	member_time(frame->time, time);
	time[19] = '\0';	/* without milliseconds */
	time[10] = ' ';
	at = put(0, 0, COLS < WIDE ? "" : "guesttime  ");
	at = put_name(screen, 0, at, frame->hostname, (int)strnlen(frame->hostname, 16));
	snprintf(buf, sizeof(buf), "  %sZ  %zu VMs, %.0f vCPUs  every %g s  %s",
		 frame->time > 0 ? time : "-", frame->vms.n, vcpus, text->interval, frame->source);
	at = put(0, at, buf);
	if (frame->lost) {
		snprintf(buf, sizeof(buf), ", %llu lost", (unsigned long long)frame->lost);
		at = put(0, at, buf);
	}
	if (view->paused) {
		attron(A_BOLD);
		put(0, COLS > 8 ? COLS - 8 : 0, "  PAUSED");
		attroff(A_BOLD);
	}
}

static void draw_host(const struct frame *frame)
{
	const struct host_split *host = &frame->host;
	const struct {
		const char *name;
		struct value v;
	} shown[] = {
		{ "user", host->user }, { "system", host->system },
		{ "guest-user", host->guest_user }, { "guest-system", host->guest_system },
		{ "idle", host->idle }, { "unclassified", host->unclassified },
	};
	char buf[64], number[32];
	size_t i;
	int at;

	format_number(host->cpus, number, sizeof(number));
	snprintf(buf, sizeof(buf), "%.*s CPUs:", (int)strcspn(number, "."), number);
	at = put(1, 0, buf);
	for (i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		format_number(shown[i].v, number, sizeof(number));
		snprintf(buf, sizeof(buf), " %s %s", shown[i].name, number);
		if (at + (int)strlen(buf) > COLS)	/* whole or not at all */
			break;
		at = put(1, at, buf);
	}
}

static void draw_legend(const struct screen *screen)
{
	int i, at = 0;

	for (i = 0; i < VIEW_PARTS; i++) {
		at = put_part(screen, 2, at, i, 1);
		at = put(2, at, " ");
		at = put(2, at, parts[i].name);
		at = put(2, at, "  ");
	}
}

/* The column that VMs are sorted by has a mark before it. */
static int heading_number(const struct view *view, int at, enum column_id id)
{
	char mark = view->sort.column != id ? ' ' : view->sort.descending ? 'v' : '^';
	char field[32];

	if (at + number_width() + 1 > COLS)
		return COLS;
	snprintf(field, sizeof(field), "%c%*s", mark, number_width(), columns[id].brief);
	return put(3, at, field);
}

static void draw_heading(const struct view *view)
{
	char buf[96];
	size_t i;
	int at;

	attron(A_REVERSE);
	mvhline(3, 0, ' ', COLS);
	snprintf(buf, sizeof(buf), "%*s%-*s %4s", COLS >= WIDE ? 8 : 0, COLS >= WIDE ? "PID " : "",
		 name_width(), view->sort.column == COLUMN_VM ?
		 view->sort.descending ? "VMv" : "VM^" : "VM", "CPUS");
	at = put(3, 0, buf);
	for (i = 0; i < NUMBERS; i++)
		at = heading_number(view, at, numbers[i]);
	if (view->sort.column == COLUMN_HOST)
		put(3, at, " sorted by host");
	attroff(A_REVERSE);
}

static void draw_line(const struct screen *screen, const struct view *view, size_t index, int line)
{
	const struct view_line *l = &view->lines[index];
	const struct row *row = l->row;
	double full = l->thread || !row->vcpus.known || row->vcpus.v < 1 ? 100 : 100 * row->vcpus.v;
	char buf[64];
	size_t i;
	int at = 0;

	if (index == view->at)
		attron(A_REVERSE);
	mvhline(line, 0, ' ', COLS);
	if (COLS >= WIDE) {
		snprintf(buf, sizeof(buf), "%7u ", l->thread ? row->tid : row->pid);
		at = put(line, at, buf);
	}
	if (l->thread) {
		if (row->vcpu.known)
			snprintf(buf, sizeof(buf), "  %3.0f ", row->vcpu.v);
		else
			snprintf(buf, sizeof(buf), "    - ");
		put(line, at, buf);
		at = put_name(screen, line, at + 6, row->thread, name_width() - 6);
		snprintf(buf, sizeof(buf), "     ");
	} else {
		at = put_name(screen, line, at, row->vm, name_width());
		if (row->vcpus.known)
			snprintf(buf, sizeof(buf), " %4.0f", row->vcpus.v);
		else
			snprintf(buf, sizeof(buf), "    -");
	}
	at = put(line, at, buf);
	for (i = 0; i < NUMBERS; i++)
		at = put_number(line, at, column_value(row, numbers[i]));
	attroff(A_REVERSE);
	put_bar(screen, line, at, &row->split, full);
}

static void draw_help(void)
{
	static const char *const text[] = {
		"CPU time of VMs, in percent of one CPU of the host, over the last interval.",
		"",
		"  up down PgUp PgDn Home End   choose a VM",
		"  enter   its vCPUs and other threads, or no more",
		"  s       sort by the next: total, guest user, guest system, host, unclassified,",
		"          wait, name",
		"  r       the other way round",
		"  /       only VMs whose name, uuid, domain or pod contains a text; Esc for all",
		"  space   stand still, and go on",
		"  < >     an interval of a recording back and forth; [ ] many",
		"  h       this help",
		"  q       quit",
		"",
		"TOT    all CPU time of the VM         UNCL  guest time of no known ring",
		"G-USR  its guest in user mode         H-USR the VMM in user mode",
		"G-SYS  its guest in kernel mode       H-SYS the host's kernel for it",
		"WAIT   vCPUs ready to run, without a CPU: steal, as the guest would call it",
	};
	size_t i;

	for (i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		put((int)i + 4, 0, text[i]);
}

static void draw_footer(const struct screen *screen, const struct view *view,
			const struct screen_text *text)
{
	int line = LINES - 1, at;
	char buf[128];

	if (view->typing || *view->filter) {
		at = put(line, 0, "filter: ");
		at = put_name(screen, line, at, view->filter, VIEW_FILTER_MAX);
		if (view->typing)
			put(line, (int)strlen("filter: ") + (int)strlen(view->filter), "_");
	} else if (text->message) {
		put(line, 0, text->message);
	} else if (text->replay) {
		snprintf(buf, sizeof(buf), "recording %s  q quit  s sort  / filter  enter vCPUs  "
			 "< > step  h help", text->replay);
		put(line, 0, buf);
	} else {
		put(line, 0, "q quit  s sort  r reverse  / filter  enter vCPUs  space pause  h help");
	}
}

void screen_draw(struct screen *screen, const struct view *view, const struct frame *frame,
		 const struct screen_text *text)
{
	size_t i;

	erase();
	draw_title(screen, view, frame, text);
	draw_host(frame);
	draw_legend(screen);
	draw_heading(view);
	if (view->help) {
		draw_help();
	} else {
		for (i = view->first; i < view->n && i < view->first + view->page; i++)
			draw_line(screen, view, i, HEADER_LINES + (int)(i - view->first));
		if (!view->n)
			put(HEADER_LINES, 0, *view->filter ? "no VM matches" :
			    frame->time > 0 ? "no VM has run a guest" : "looking ...");
	}
	draw_footer(screen, view, text);
	refresh();
}

static const struct {
	int code;
	enum view_key key;
} keys[] = {
	{ 'q', VIEW_QUIT }, { KEY_UP, VIEW_UP }, { 'k', VIEW_UP }, { KEY_DOWN, VIEW_DOWN },
	{ 'j', VIEW_DOWN }, { KEY_PPAGE, VIEW_PAGE_UP }, { KEY_NPAGE, VIEW_PAGE_DOWN },
	{ KEY_HOME, VIEW_FIRST }, { KEY_END, VIEW_LAST }, { '\r', VIEW_OPEN },
	{ '\n', VIEW_OPEN }, { KEY_ENTER, VIEW_OPEN }, { 's', VIEW_SORT }, { 'r', VIEW_REVERSE },
	{ '/', VIEW_FILTER }, { ' ', VIEW_PAUSE }, { 'h', VIEW_HELP }, { '?', VIEW_HELP },
	{ KEY_LEFT, VIEW_BACK }, { '<', VIEW_BACK }, { KEY_RIGHT, VIEW_FORTH },
	{ '>', VIEW_FORTH }, { '[', VIEW_BACK_MANY }, { ']', VIEW_FORTH_MANY },
	{ 27, VIEW_ESCAPE },
};

bool screen_key(struct screen *screen, bool typing, enum view_key *key, char *c)
{
	int code = getch();
	size_t i;

	(void)screen;
	*key = VIEW_NONE;
	*c = '\0';
	if (code == ERR)
		return false;
	if (typing && (code == KEY_BACKSPACE || code == 127 || code == '\b')) {
		*c = '\b';
		return true;
	}
	if (typing && code >= ' ' && code < 256) {
		*c = (char)code;
		return true;
	}
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (keys[i].code == code)
			*key = keys[i].key;
	}
	return true;
}

void screen_close(struct screen *screen)
{
	if (!screen)
		return;
	endwin();
	delscreen(screen->term);
	free(screen);
}
