WITH "identity" AS (
  SELECT
    "user_id" AS "k"
  FROM profiles
), "x_accounts_account_uri" AS (
  SELECT
    "account_uri" AS "f",
    "user_id" AS "t"
  FROM accounts
), "f_plays" AS (
  SELECT
    "s"."__t0" AS "a0",
    CAST(SUM("s"."seconds") AS DOUBLE) / CAST(NULLIF(COUNT("s"."seconds"), 0) AS DOUBLE) AS "m0"
  FROM (
    SELECT
      "account_uri",
      "played_at",
      "seconds",
      CAST(DATE_TRUNC(
        'HOUR',
        CAST(AT_TIMEZONE(WITH_TIMEZONE("played_at", 'UTC'), 'Asia/Kolkata') AS TIMESTAMP)
      ) AS TIMESTAMP) AS "__t0"
    FROM plays
    WHERE
      "played_at" >= CAST('2026-02-02 18:30:00.000000' AS TIMESTAMP)
  ) AS "s"
  JOIN "x_accounts_account_uri" AS "x"
    ON "s"."account_uri" = "x"."f"
  JOIN "identity" AS "i"
    ON "x"."t" = "i"."k"
  GROUP BY
    "s"."__t0"
)
SELECT
  "g"."a0" AS "hour",
  "g"."m0" AS "AverageSeconds"
FROM "f_plays" AS "g"
ORDER BY
  "g"."a0"
