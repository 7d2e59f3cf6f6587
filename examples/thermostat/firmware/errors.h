/* Error codes of the thermostat, as they stand on its display. */
#ifndef THERMOSTAT_ERRORS_H
#define THERMOSTAT_ERRORS_H

#include <stdint.h>

typedef uint8_t err_t;

#define ERR_NONE ((err_t)0)

/* Each part of the device has sixteen codes. */
#define PART_SENSOR 0x10u
#define PART_RADIO 0x30u
#define PART_NETWORK 0x40u
#define PART_DIAGNOSTICS 0x50u

#define ERR_SENSOR_RANGE ((err_t)(PART_SENSOR + 1)) /* Room sensor out of range. */

enum {
  ERR_NO_WIRELESS = PART_RADIO | 1, // No wireless network
  ERR_NETWORK_STACK = PART_NETWORK + 5, // Network stack crashed
  ERR_DIAGNOSTICS = PART_DIAGNOSTICS + 2, // Diagnostics not delivered
};

#endif
