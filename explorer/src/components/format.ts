/** Numbers and times as people read them. All take the page's own language: English. */

const NARROW = "\u202f";

/** A duration in milliseconds: `0.42 ms`, `18 ms`, `1.24 s`, `2 min 5 s`. A dash for none. */
export function formatDuration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) {
    return "–";
  }
  if (ms < 0) {
    return `-${formatDuration(-ms)}`;
  }
  if (ms === 0) {
    return `0${NARROW}ms`;
  }
  if (ms < 0.01) {
    return `<${NARROW}0.01${NARROW}ms`;
  }
  if (ms < 9.95) {
    return `${trimmed(ms.toFixed(ms < 0.995 ? 2 : 1))}${NARROW}ms`;
  }
  if (ms < 999.5) {
    return `${Math.round(ms)}${NARROW}ms`;
  }
  if (ms < 59_950) {
    return `${(ms / 1000).toFixed(ms < 9_995 ? 2 : 1)}${NARROW}s`;
  }
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours > 0) {
    return `${hours}${NARROW}h ${minutes}${NARROW}min`;
  }
  return `${minutes}${NARROW}min ${seconds % 60}${NARROW}s`;
}

function trimmed(number: string): string {
  return number.includes(".") ? number.replace(/\.?0+$/, "") : number;
}

const UNITS = ["B", "KB", "MB", "GB", "TB"];

/** A size in bytes, in units of 1,000: `812 B`, `1.5 KB`, `12 MB`. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) {
    return "–";
  }
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || Math.abs(value) >= 9.95 ? 0 : 1;
  return `${trimmed(value.toFixed(digits))}${NARROW}${UNITS[unit]}`;
}

/** A count: `12,480`. */
export function formatCount(count: number | null | undefined): string {
  return count === null || count === undefined ? "–" : count.toLocaleString("en-US");
}

/** A count in little room: `950`, `12.5k`, `3.1M`. */
export function formatShort(count: number | null | undefined): string {
  if (count === null || count === undefined) {
    return "–";
  }
  return new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 })
    .format(count)
    .replace("K", "k");
}

/** A share from 0 to 1: `42%`, `0.4%`. */
export function formatShare(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) {
    return "–";
  }
  const percent = share * 100;
  return `${percent !== 0 && Math.abs(percent) < 1 ? trimmed(percent.toFixed(1)) : Math.round(percent)}%`;
}

/** A cost, with digits enough for what one question costs: `$0.00042`, `$1.20`, `3.5 SEK`. */
export function formatCost(
  cost: number | null | undefined,
  currency: string | null = null,
): string {
  if (cost === null || cost === undefined || !Number.isFinite(cost)) {
    return "–";
  }
  const size = Math.abs(cost);
  const digits = size === 0 || size >= 1 ? 2 : Math.min(8, 1 - Math.floor(Math.log10(size)));
  const text = size.toLocaleString("en-US", {
    minimumFractionDigits: 2,
    maximumFractionDigits: Math.max(2, digits),
  });
  const sign = cost < 0 ? "-" : "";
  const symbol = { USD: "$", EUR: "€", GBP: "£" }[currency ?? "USD"];
  return symbol === undefined ? `${sign}${text}${NARROW}${currency}` : `${sign}${symbol}${text}`;
}

/** A number with the digits that matter: `0.8312`, `12.5`. */
export function formatNumber(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return "–";
  }
  return value.toLocaleString("en-US", { maximumSignificantDigits: digits });
}

const two = (value: number) => String(value).padStart(2, "0");

/** A time of this day: `14:05:09`, with milliseconds `14:05:09.120`. In the browser's time zone. */
export function formatTime(at: number, millis = false): string {
  const date = new Date(at);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return millis ? `${time}.${String(date.getMilliseconds()).padStart(3, "0")}` : time;
}

/** A time with its day: `2026-11-28 14:05:09`. */
export function formatDateTime(at: number, millis = false): string {
  const date = new Date(at);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${formatTime(at, millis)}`;
}

/** The time alone on the same day as `now`, else with its day: `14:05:09`, `27 Nov 14:05`. */
export function formatWhen(at: number, now: number = Date.now()): string {
  const date = new Date(at);
  const today = new Date(now);
  if (date.toDateString() === today.toDateString()) {
    return formatTime(at);
  }
  return `${formatDay(at, now)} ${formatTime(at).slice(0, 5)}`;
}

/** A day, with its year if that is not the year of `now`: `27 Nov`, `27 Nov 2025`. */
export function formatDay(at: number, now: number = Date.now()): string {
  const date = new Date(at);
  const month = date.toLocaleString("en-GB", { month: "short" });
  const year = date.getFullYear();
  return `${date.getDate()} ${month}${year === new Date(now).getFullYear() ? "" : ` ${year}`}`;
}

/** How long ago: `just now`, `12 s ago`, `5 min ago`, `3 h ago`, `2 days ago`. */
export function formatAgo(at: number, now: number = Date.now()): string {
  const seconds = Math.floor(Math.max(0, now - at) / 1000);
  if (seconds < 3) {
    return "just now";
  }
  if (seconds < 60) {
    return `${seconds}${NARROW}s ago`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes}${NARROW}min ago`;
  }
  const hours = Math.floor(minutes / 60);
  if (hours < 24) {
    return `${hours}${NARROW}h ago`;
  }
  const days = Math.floor(hours / 24);
  return days === 1 ? "yesterday" : `${days} days ago`;
}

/** `1 call`, `12 calls`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** The first `most` characters, with an ellipsis if there are more; never half of a character. */
export function cut(text: string, most: number): string {
  if (text.length <= most) {
    return text;
  }
  const half = text.charCodeAt(most - 1);
  return `${text.slice(0, half >= 0xd800 && half <= 0xdbff ? most - 1 : most)}…`;
}
