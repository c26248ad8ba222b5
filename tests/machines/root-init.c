// SPDX-License-Identifier: GPL-2.0-only
/*
 * Init of a test machine that has the root of the machine beneath it, by 9p,
 * read-only under a tmpfs (run --command): runs the command that the kernel's
 * parameter l1_command names a file of, and powers off.
 *
 * The last line on the console is "L1-EXIT: N", the command's exit status, 128 and
 * the signal's number if one ended it, 126 if it could not be started.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static void end(int status)
{
	/* Nobody is left to write into or behind the last line. */
	kill(-1, SIGKILL);
	tcdrain(STDOUT_FILENO);
	printf("L1-EXIT: %d\n", status);
	fflush(stdout);
	tcdrain(STDOUT_FILENO);
	usleep(100000);
	sync();
	reboot(RB_POWER_OFF);
	pause();
}

static void fail(const char *what)
{
	printf("init: %s: %s\n", what, strerror(errno));
	end(126);
}

static void must_mount(const char *source, const char *path, const char *type, const char *options)
{
	mkdir(path, 0755);
	if (mount(source, path, type, 0, options) && errno != EBUSY)
		fail(path);
}

/* What a kernel may lack. */
static void may_mount(const char *type, const char *path)
{
	if (mount(type, path, type, 0, NULL) && errno != EBUSY && errno != ENODEV &&
	    errno != ENOENT)
		fail(path);
}

static void make_root(void)
{
	must_mount("hostroot", "/lower", "9p",
		   "ro,trans=virtio,version=9p2000.L,msize=512000,cache=loose");
	must_mount("tmpfs", "/upper", "tmpfs", NULL);
	if (mkdir("/upper/root", 0755) || mkdir("/upper/work", 0755))
		fail("/upper");
	must_mount("overlay", "/root", "overlay",
		   "lowerdir=/lower,upperdir=/upper/root,workdir=/upper/work");
	if (chroot("/root") || chdir("/"))
		fail("chroot");
	must_mount("proc", "/proc", "proc", NULL);
	must_mount("sysfs", "/sys", "sysfs", NULL);
	must_mount("devtmpfs", "/dev", "devtmpfs", NULL);
	must_mount("devpts", "/dev/pts", "devpts", "ptmxmode=0666");
	must_mount("tmpfs", "/dev/shm", "tmpfs", NULL);
	/* Sockets and locks of the machine beneath are none of ours. */
	must_mount("tmpfs", "/run", "tmpfs", NULL);
	may_mount("tracefs", "/sys/kernel/tracing");
	may_mount("debugfs", "/sys/kernel/debug");
}

/* What udev makes elsewhere. */
static void make_links(void)
{
	static const char * const links[][2] = {
		{ "/proc/self/fd", "/dev/fd" }, { "/proc/self/fd/0", "/dev/stdin" },
		{ "/proc/self/fd/1", "/dev/stdout" }, { "/proc/self/fd/2", "/dev/stderr" },
	};

	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++)
		if (symlink(links[i][0], links[i][1]) && errno != EEXIST)
			fail(links[i][1]);
}

/* The console as a terminal that has job control, when it is one. */
static void become_session(void)
{
	int fd;

	setsid();
	fd = open("/dev/ttyS0", O_RDWR);
	if (fd < 0)
		return;
	ioctl(fd, TIOCSCTTY, 0);
	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	if (fd > 2)
		close(fd);
}

int main(void)
{
	/* The kernel gives what it does not know of its command line to init. */
	const char *command = getenv("l1_command");
	static const char * const environment[] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"HOME=/root", "LC_ALL=C.UTF-8", "TERM=linux", NULL,
	};
	pid_t pid, ended;
	int status = 0;

	if (!command) {
		errno = EINVAL;
		fail("l1_command");
	}
	make_root();
	make_links();
	pid = fork();
	if (!pid) {
		become_session();
		execle("/bin/sh", "sh", command, NULL, (char **)environment);
		printf("init: /bin/sh: %s\n", strerror(errno));
		fflush(stdout);
		_exit(126);
	}
	if (pid < 0)
		fail("fork");
	do
		ended = wait(&status);
	while (ended != pid && (ended > 0 || errno == EINTR));
	end(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}
