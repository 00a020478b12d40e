//go:build !wasip1

package localtime

import (
	"fmt"
	"time"

	"github.com/hypermodeinc/modus/sdk/go/pkg/testutils"
)

var (
	// GetLocalTimeCallStack has the calls of Now, without values.
	GetLocalTimeCallStack = testutils.NewCallStack()
	// GetTimeInZoneCallStack has the zones, as strings, of NowInZone and IsValidTimeZone.
	GetTimeInZoneCallStack = testutils.NewCallStack()
	// GetTimeLocationCallStack has the calls of GetLocation, without values.
	GetTimeLocationCallStack = testutils.NewCallStack()
)

func localTime() (time.Time, error) {
	GetLocalTimeCallStack.Push()
	// The variable may have been set after Go read it for time.Local.
	if tz := GetTimeZone(); tz != "" {
		if location, err := time.LoadLocation(tz); err == nil {
			return time.Now().In(location), nil
		}
	}
	return time.Now(), nil
}

func timeInZone(tz string) (time.Time, error) {
	GetTimeInZoneCallStack.Push(tz)
	location, err := time.LoadLocation(tz)
	if err != nil {
		return time.Time{}, fmt.Errorf("failed to get time in %s", tz)
	}
	return time.Now().In(location), nil
}

func timeLocation(tz string) (*time.Location, error) {
	GetTimeLocationCallStack.Push()
	location, err := time.LoadLocation(tz)
	if err != nil {
		return nil, fmt.Errorf("timezone data not found for %s", tz)
	}
	return location, nil
}

func isTimeZone(tz string) bool {
	GetTimeInZoneCallStack.Push(tz)
	_, err := time.LoadLocation(tz)
	return err == nil
}
