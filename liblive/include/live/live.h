// SPDX-License-Identifier: Apache-2.0
/** @file live.h
 * Everything of liblive.
 */
#ifndef LIVE_LIVE_H
#define LIVE_LIVE_H

#include <live/action.h>
#include <live/annotation.h>
#include <live/api.h>
#include <live/asset.h>
#include <live/buf.h>
#include <live/client.h>
#include <live/error.h>
#include <live/event.h>
#include <live/feature.h>
#include <live/file.h>
#include <live/json.h>
#include <live/json_rows.h>
#include <live/json_text.h>
#include <live/log.h>
#include <live/loop.h>
#include <live/message.h>
#include <live/need.h>
#include <live/outbox.h>
#include <live/query.h>
#include <live/resource.h>
#include <live/secret.h>
#include <live/time.h>
#include <live/uuid.h>
#include <live/version.h>

#endif
