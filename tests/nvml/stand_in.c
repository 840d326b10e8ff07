/* A stand-in for NVIDIA's management library, for machines without a card.
 *
 * It has the names, the structures and the version checks that the Python binding nvidia-ml-py relies on, and answers
 * from the file that STAND_IN_NVML names, read anew at every call, so that a test can change the machine while a
 * program runs. The file is a list of lines; sizes are bytes, "-" is a size that the driver does not tell:
 *
 *     driver VERSION
 *     cuda NUMBER
 *     card TOTAL RESERVED FREE GPU_PERCENT MEMORY_PERCENT NAME
 *     more CARD MAJOR MINOR BUS_BITS MEMORY_MHZ_MOST CELSIUS MILLIWATTS MILLIWATTS_MOST MHZ MEMORY_MHZ
 *     divided CARD TOTAL FREE
 *     process CARD compute|graphics PID SIZE
 *     fail FUNCTION|* CARD|* RETURN_CODE
 *
 * A number of "more" that is -1 is not supported by the card. A divided card (MIG) has one instance, of that size, or none
 * where the size is 0. FUNCTION is a name without its version; "*" is every function about a card. Like NVML, it looks for cards at
 * initialization only: one that is gone from the file afterwards is lost, a new one is not seen.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUCCESS, UNINITIALIZED, INVALID_ARGUMENT, NOT_SUPPORTED, NOT_FOUND = 6, INSUFFICIENT_SIZE = 7, DRIVER_NOT_LOADED = 9, GPU_IS_LOST = 15,
       ARGUMENT_VERSION_MISMATCH = 25 };
enum { MOST_CARDS = 8, MOST_PROCESSES = 64, MOST_FAILURES = 32, ANY = -1 };
#define NOT_AVAILABLE (~0ULL)

enum { MAJOR, MINOR, BUS_BITS, MEMORY_MHZ_MOST, CELSIUS, MILLIWATTS, MILLIWATTS_MOST, MHZ, MEMORY_MHZ, NUMBERS };
typedef struct {
    unsigned long long total, reserved, free;
    unsigned gpu, memory;
    char name[96];
    int number[NUMBERS];
    int divided;
    unsigned long long part_total, part_free;
} Card;
typedef struct { int card, graphics; unsigned pid; unsigned long long size; } Process;
typedef struct { char function[64]; int card, code; } Failure;
typedef struct {
    char driver[80];
    int cuda, cards, processes, failures;
    Card card[MOST_CARDS];
    Process process[MOST_PROCESSES];
    Failure failure[MOST_FAILURES];
} Scene;

/* What NVML's header calls nvmlDevice_t is a pointer to something of the library's own. */
typedef struct { int index; } *Device;
static struct { int index; } devices[MOST_CARDS], parts[MOST_CARDS];
static int users, attached;

typedef struct { unsigned long long total, free, used; } Memory;
typedef struct { unsigned version; unsigned long long total, reserved, free, used; } Memory_v2;
typedef struct { unsigned pid; unsigned long long used; unsigned gpu_instance, compute_instance; } ProcessInfo;
typedef struct { unsigned gpu, memory; } Utilization;
typedef struct {
    char bus_id_legacy[16];
    unsigned domain, bus, device, pci_device_id, pci_subsystem_id;
    char bus_id[32];
} PciInfo;

static int read_scene(Scene *scene)
{
    memset(scene, 0, sizeof *scene);
    const char *path = getenv("STAND_IN_NVML");
    FILE *file = path ? fopen(path, "r") : NULL;
    if (!file)
        return DRIVER_NOT_LOADED;
    char line[256], kind[16], size[24], card[8];
    int about, n[NUMBERS];
    unsigned long long part_total, part_free;
    while (fgets(line, sizeof line, file)) {
        Card *c = &scene->card[scene->cards];
        Process *p = &scene->process[scene->processes];
        Failure *f = &scene->failure[scene->failures];
        if (sscanf(line, "driver %79s", scene->driver) == 1 || sscanf(line, "cuda %d", &scene->cuda) == 1)
            continue;
        if (scene->cards < MOST_CARDS && sscanf(line, "card %llu %llu %llu %u %u %95[^\n]", &c->total, &c->reserved,
                                                &c->free, &c->gpu, &c->memory, c->name) == 6) {
            memset(c->number, -1, sizeof c->number);
            scene->cards++;
        } else if (scene->cards && sscanf(line, "more %d %d %d %d %d %d %d %d %d %d", &about, &n[0], &n[1], &n[2], &n[3],
                                          &n[4], &n[5], &n[6], &n[7], &n[8]) == 10) {
            memcpy(scene->card[about].number, n, sizeof n);
        } else if (scene->cards && sscanf(line, "divided %d %llu %llu", &about, &part_total, &part_free) == 3) {
            scene->card[about].divided = 1;
            scene->card[about].part_total = part_total;
            scene->card[about].part_free = part_free;
        } else if (scene->processes < MOST_PROCESSES
                   && sscanf(line, "process %d %15s %u %23s", &p->card, kind, &p->pid, size) == 4) {
            p->graphics = strcmp(kind, "graphics") == 0;
            p->size = size[0] == '-' ? NOT_AVAILABLE : strtoull(size, NULL, 10);
            scene->processes++;
        } else if (scene->failures < MOST_FAILURES
                   && sscanf(line, "fail %63s %7s %d", f->function, card, &f->code) == 3) {
            f->card = card[0] == '*' ? ANY : atoi(card);
            scene->failures++;
        }
    }
    fclose(file);
    return SUCCESS;
}

/* The scene, or the code that the function has to return for this card (ANY: it is about none). */
static int begin(Scene *scene, const char *function, int card)
{
    int code = read_scene(scene);
    if (code != SUCCESS)
        return code;
    for (int i = 0; i < scene->failures; i++) {
        const Failure *f = &scene->failure[i];
        int named = strcmp(f->function, function) == 0 || (card != ANY && strcmp(f->function, "*") == 0);
        if (named && (f->card == ANY || f->card == card))
            return f->code;
    }
    return SUCCESS;
}

static int begin_system(Scene *scene, const char *function)
{
    return users ? begin(scene, function, ANY) : UNINITIALIZED;
}

static int begin_card(Scene *scene, const char *function, Device device, const Card **card)
{
    if (!users)
        return UNINITIALIZED;
    int index = device ? device->index : ANY;
    if (index < 0 || index >= attached
        || ((void *)device != (void *)&devices[index] && (void *)device != (void *)&parts[index]))
        return INVALID_ARGUMENT;
    int code = begin(scene, function, index);
    if (code == SUCCESS && index >= scene->cards)
        return GPU_IS_LOST;
    *card = &scene->card[index];
    return code;
}

static int give_text(char *buffer, unsigned length, const char *text)
{
    if (strlen(text) >= length)
        return INSUFFICIENT_SIZE;
    strcpy(buffer, text);
    return SUCCESS;
}

int nvmlInitWithFlags(unsigned flags)
{
    Scene scene;
    (void)flags;
    int code = begin(&scene, "nvmlInit", ANY);
    if (code != SUCCESS)
        return code;
    if (users++ == 0) {
        attached = scene.cards;
        for (int i = 0; i < MOST_CARDS; i++)
            devices[i].index = parts[i].index = i;
    }
    return SUCCESS;
}

int nvmlInit_v2(void) { return nvmlInitWithFlags(0); }

int nvmlShutdown(void)
{
    if (!users)
        return UNINITIALIZED;
    users--;
    return SUCCESS;
}

const char *nvmlErrorString(int code)
{
    static const char *const texts[] = {
        "Success", "Uninitialized", "Invalid Argument", "Not Supported", "Insufficient Permissions",
        "Already Initialized", "Not Found", "Insufficient Size", "Insufficient External Power", "Driver Not Loaded",
        "Timeout", "Interrupt Request Issue", "NVML Shared Library Not Found", "Function Not Found",
        "Corrupted infoROM", "GPU is lost", "GPU requires reset", "The operating system has blocked the request",
        "Driver/library version mismatch", "In use by another client", "Insufficient Memory", "No data",
        "ECC is not supported on the virtual card", "Insufficient resources", "Frequency not supported",
        "Argument version mismatch", "Deprecated", "Not ready", "GPU not found", "Invalid state",
    };
    return code >= 0 && code < (int)(sizeof texts / sizeof *texts) ? texts[code] : "Unknown Error";
}

int nvmlSystemGetDriverVersion(char *version, unsigned length)
{
    Scene scene;
    int code = begin_system(&scene, "nvmlSystemGetDriverVersion");
    return code == SUCCESS ? give_text(version, length, scene.driver) : code;
}

int nvmlSystemGetCudaDriverVersion(int *version)
{
    Scene scene;
    int code = begin_system(&scene, "nvmlSystemGetCudaDriverVersion");
    *version = scene.cuda;
    return code;
}

int nvmlSystemGetCudaDriverVersion_v2(int *version) { return nvmlSystemGetCudaDriverVersion(version); }

int nvmlDeviceGetCount_v2(unsigned *count)
{
    Scene scene;
    int code = begin_system(&scene, "nvmlDeviceGetCount");
    *count = attached;
    return code;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, Device *device)
{
    Scene scene;
    const Card *card;
    if (users && index >= (unsigned)attached)
        return INVALID_ARGUMENT;
    *device = (Device)&devices[index % MOST_CARDS];
    return begin_card(&scene, "nvmlDeviceGetHandleByIndex", *device, &card);
}

int nvmlDeviceGetName(Device device, char *name, unsigned length)
{
    Scene scene;
    const Card *card;
    int code = begin_card(&scene, "nvmlDeviceGetName", device, &card);
    return code == SUCCESS ? give_text(name, length, card->name) : code;
}

int nvmlDeviceGetUUID(Device device, char *uuid, unsigned length)
{
    Scene scene;
    const Card *card;
    char text[64];
    int code = begin_card(&scene, "nvmlDeviceGetUUID", device, &card);
    if (code != SUCCESS)
        return code;
    snprintf(text, sizeof text, "GPU-00000000-0000-4000-8000-%012d", device->index);
    return give_text(uuid, length, text);
}

int nvmlDeviceGetPciInfo_v3(Device device, PciInfo *info)
{
    Scene scene;
    const Card *card;
    int code = begin_card(&scene, "nvmlDeviceGetPciInfo", device, &card);
    if (code != SUCCESS)
        return code;
    memset(info, 0, sizeof *info);
    info->bus = device->index + 1;
    info->pci_device_id = 0x1eb810de; /* a T4, whatever the name says */
    snprintf(info->bus_id_legacy, sizeof info->bus_id_legacy, "0000:%02X:00.0", info->bus);
    snprintf(info->bus_id, sizeof info->bus_id, "00000000:%02X:00.0", info->bus);
    return SUCCESS;
}

int nvmlDeviceGetMemoryInfo(Device device, Memory *memory)
{
    Scene scene;
    const Card *card;
    int code = begin_card(&scene, "nvmlDeviceGetMemoryInfo", device, &card);
    if (code == SUCCESS && (void *)device == (void *)&parts[device->index])
        *memory = (Memory){card->part_total, card->part_free, card->part_total - card->part_free};
    else if (code == SUCCESS)
        *memory = (Memory){card->total, card->free, card->total - card->free};
    return code;
}

int nvmlDeviceGetMemoryInfo_v2(Device device, Memory_v2 *memory)
{
    Scene scene;
    const Card *card;
    int code = begin_card(&scene, "nvmlDeviceGetMemoryInfo", device, &card);
    if (code != SUCCESS)
        return code;
    if (memory->version != (sizeof *memory | 2u << 24))
        return ARGUMENT_VERSION_MISMATCH;
    unsigned long long used = card->total - card->reserved - card->free;
    *memory = (Memory_v2){memory->version, card->total, card->reserved, card->free, used};
    return SUCCESS;
}

int nvmlDeviceGetUtilizationRates(Device device, Utilization *utilization)
{
    Scene scene;
    const Card *card;
    int code = begin_card(&scene, "nvmlDeviceGetUtilizationRates", device, &card);
    if (code == SUCCESS)
        *utilization = (Utilization){card->gpu, card->memory};
    return code;
}

static int give_number(const char *function, Device device, int which, unsigned *number)
{
    Scene scene;
    const Card *card;
    int code = begin_card(&scene, function, device, &card);
    if (code != SUCCESS)
        return code;
    if (card->number[which] < 0)
        return NOT_SUPPORTED;
    *number = (unsigned)card->number[which];
    return SUCCESS;
}

int nvmlDeviceGetCudaComputeCapability(Device device, int *major, int *minor)
{
    unsigned number[2];
    int code = give_number("nvmlDeviceGetCudaComputeCapability", device, MAJOR, &number[0]);
    if (code == SUCCESS)
        code = give_number("nvmlDeviceGetCudaComputeCapability", device, MINOR, &number[1]);
    if (code == SUCCESS) {
        *major = (int)number[0];
        *minor = (int)number[1];
    }
    return code;
}

int nvmlDeviceGetMemoryBusWidth(Device device, unsigned *bits)
{
    return give_number("nvmlDeviceGetMemoryBusWidth", device, BUS_BITS, bits);
}

enum { CLOCK_SM = 1, CLOCK_MEM = 2 };

int nvmlDeviceGetMaxClockInfo(Device device, int type, unsigned *megahertz)
{
    return type == CLOCK_MEM ? give_number("nvmlDeviceGetMaxClockInfo", device, MEMORY_MHZ_MOST, megahertz) : NOT_SUPPORTED;
}

int nvmlDeviceGetClockInfo(Device device, int type, unsigned *megahertz)
{
    if (type != CLOCK_SM && type != CLOCK_MEM)
        return NOT_SUPPORTED;
    return give_number("nvmlDeviceGetClockInfo", device, type == CLOCK_SM ? MHZ : MEMORY_MHZ, megahertz);
}

int nvmlDeviceGetTemperature(Device device, int sensor, unsigned *celsius)
{
    return sensor == 0 ? give_number("nvmlDeviceGetTemperature", device, CELSIUS, celsius) : INVALID_ARGUMENT;
}

int nvmlDeviceGetPowerUsage(Device device, unsigned *milliwatts)
{
    return give_number("nvmlDeviceGetPowerUsage", device, MILLIWATTS, milliwatts);
}

int nvmlDeviceGetEnforcedPowerLimit(Device device, unsigned *milliwatts)
{
    return give_number("nvmlDeviceGetEnforcedPowerLimit", device, MILLIWATTS_MOST, milliwatts);
}

int nvmlDeviceGetMigMode(Device device, unsigned *current, unsigned *pending)
{
    Scene scene;
    const Card *card;
    int code = begin_card(&scene, "nvmlDeviceGetMigMode", device, &card);
    if (code == SUCCESS)
        *current = *pending = (unsigned)card->divided;
    return code;
}

int nvmlDeviceGetMaxMigDeviceCount(Device device, unsigned *count)
{
    (void)device;
    *count = 7;
    return SUCCESS;
}

int nvmlDeviceGetMigDeviceHandleByIndex(Device device, unsigned place, Device *instance)
{
    Scene scene;
    const Card *card;
    int code = begin_card(&scene, "nvmlDeviceGetMigDeviceHandleByIndex", device, &card);
    if (code != SUCCESS)
        return code;
    /* Instances are not numbered without gaps: the first place may be empty. */
    if (place != 1 || !card->part_total)
        return NOT_FOUND;
    *instance = (Device)&parts[device->index];
    return SUCCESS;
}

static int processes(const char *function, int graphics, Device device, unsigned *count, ProcessInfo *infos)
{
    Scene scene;
    const Card *card;
    unsigned found = 0;
    int code = begin_card(&scene, function, device, &card);
    if (code != SUCCESS)
        return code;
    for (int i = 0; i < scene.processes; i++) {
        const Process *p = &scene.process[i];
        if (p->card != device->index || p->graphics != graphics)
            continue;
        if (infos && found < *count)
            infos[found] = (ProcessInfo){p->pid, p->size, ~0u, ~0u};
        found++;
    }
    code = found > *count ? INSUFFICIENT_SIZE : SUCCESS;
    *count = found;
    return code;
}

int nvmlDeviceGetComputeRunningProcesses_v3(Device device, unsigned *count, ProcessInfo *infos)
{
    return processes("nvmlDeviceGetComputeRunningProcesses", 0, device, count, infos);
}

int nvmlDeviceGetGraphicsRunningProcesses_v3(Device device, unsigned *count, ProcessInfo *infos)
{
    return processes("nvmlDeviceGetGraphicsRunningProcesses", 1, device, count, infos);
}

int nvmlDeviceGetComputeRunningProcesses_v2(Device device, unsigned *count, ProcessInfo *infos)
{
    return nvmlDeviceGetComputeRunningProcesses_v3(device, count, infos);
}

int nvmlDeviceGetGraphicsRunningProcesses_v2(Device device, unsigned *count, ProcessInfo *infos)
{
    return nvmlDeviceGetGraphicsRunningProcesses_v3(device, count, infos);
}
