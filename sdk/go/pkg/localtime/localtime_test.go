//go:build !wasip1

package localtime

import (
	"testing"
	"time"

	// So that the tests need no zone database of the machine.
	_ "time/tzdata"
)

func isNow(got time.Time) bool {
	return time.Since(got).Abs() < time.Hour
}

func TestNowIsInTheCallersZone(t *testing.T) {
	t.Setenv("TZ", "Asia/Kolkata")
	before := GetLocalTimeCallStack.Size()
	got, err := Now()
	if err != nil || !isNow(got) || got.Location().String() != "Asia/Kolkata" {
		t.Errorf("the time is %v, with the error %v", got, err)
	}
	if calls := GetLocalTimeCallStack.Size(); calls != before+1 {
		t.Errorf("there are %d calls", calls-before)
	}
	if got := GetLocalTimeCallStack.Pop(); len(got) != 0 {
		t.Errorf("the values are %v", got)
	}
}

func TestNowWithoutAZoneIsTheMachines(t *testing.T) {
	t.Setenv("TZ", "")
	if got, err := Now(); err != nil || !isNow(got) || got.Location() != time.Local {
		t.Errorf("the time is %v, with the error %v", got, err)
	}
}

func TestNowInZone(t *testing.T) {
	got, err := NowInZone("America/New_York")
	if err != nil || !isNow(got) || got.Location().String() != "America/New_York" {
		t.Errorf("the time is %v, with the error %v", got, err)
	}
	if call := GetTimeInZoneCallStack.Pop(); len(call) != 1 || call[0] != "America/New_York" {
		t.Errorf("the values are %v", call)
	}
}

func TestGetLocation(t *testing.T) {
	before := GetTimeLocationCallStack.Size()
	location, err := GetLocation("Europe/Lisbon")
	if err != nil || location.String() != "Europe/Lisbon" {
		t.Errorf("the location is %v, with the error %v", location, err)
	}
	if calls := GetTimeLocationCallStack.Size(); calls != before+1 {
		t.Errorf("there are %d calls", calls-before)
	}
}

func TestZonesMustBeNamedAndExist(t *testing.T) {
	_, noName := NowInZone("")
	_, noZone := NowInZone("No/Where")
	_, noLocationName := GetLocation("")
	_, noLocation := GetLocation("No/Where")
	for _, c := range []struct {
		err  error
		want string
	}{
		{noName, "a time zone is required"},
		{noZone, "failed to get time in No/Where"},
		{noLocationName, "time zone is required"},
		{noLocation, "timezone data not found for No/Where"},
	} {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("the error is %v, not %s", c.err, c.want)
		}
	}
}

func TestTheTimeZoneIsThatOfTheEnvironment(t *testing.T) {
	for _, zone := range []string{"Asia/Kolkata", ""} {
		t.Setenv("TZ", zone)
		if got := GetTimeZone(); got != zone {
			t.Errorf("the zone is %q, not %q", got, zone)
		}
	}
}

func TestZonesOfTheDatabaseAreValid(t *testing.T) {
	for zone, want := range map[string]bool{"Europe/Lisbon": true, "UTC": true, "No/Where": false} {
		if got := IsValidTimeZone(zone); got != want {
			t.Errorf("%s is %v", zone, got)
		}
		if call := GetTimeInZoneCallStack.Pop(); len(call) != 1 || call[0] != zone {
			t.Errorf("the values are %v", call)
		}
	}
}
