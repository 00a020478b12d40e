//go:build wasip1

package localtime

import "time"

// The host's own text of the time serves where its file of the zone cannot be had. It is the second
// choice, since its location has the offset of now, and knows nothing of summer time.

func localTime() (time.Time, error) {
	if tz := GetTimeZone(); tz != "" {
		if location, err := timeLocation(tz); err == nil {
			return time.Now().In(location), nil
		}
	}
	return parseTime(hostGetTimeInZone(nil), "failed to get the local time")
}

func timeInZone(tz string) (time.Time, error) {
	if location, err := timeLocation(tz); err == nil {
		return time.Now().In(location), nil
	}
	return parseTime(hostGetTimeInZone(&tz), "failed to get time in "+tz)
}

func timeLocation(tz string) (*time.Location, error) {
	format := "tzif"
	return parseLocation(tz, hostGetTimeZoneData(&tz, &format))
}

func isTimeZone(tz string) bool {
	text := hostGetTimeInZone(&tz)
	return text != nil && *text != ""
}
