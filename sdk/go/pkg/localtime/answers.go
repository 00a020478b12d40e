package localtime

import (
	"errors"
	"fmt"
	"time"
)

// parseTime reads the time that the host told; failure is the error if it told none.
func parseTime(text *string, failure string) (time.Time, error) {
	if text == nil || *text == "" {
		return time.Time{}, errors.New(failure)
	}
	return time.Parse(time.RFC3339Nano, *text)
}

// parseLocation reads the zone's file (RFC 8536) that the host gave; it is nil if there is none.
func parseLocation(tz string, file *[]byte) (*time.Location, error) {
	if file == nil {
		return nil, fmt.Errorf("timezone data not found for %s", tz)
	}
	location, err := time.LoadLocationFromTZData(tz, *file)
	if err != nil {
		return nil, fmt.Errorf("failed to load timezone data for %s: %w", tz, err)
	}
	return location, nil
}
